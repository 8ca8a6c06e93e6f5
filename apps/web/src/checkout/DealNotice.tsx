import { dealPrice, type Deal } from '#contracts/deals';
import type { Offer } from '#contracts/shows';
import { serverNow } from '../clock.ts';
import { money, useLocale } from '../i18n.ts';
import { openDeal } from '../room/deals.ts';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import css from './DealNotice.module.css';
import { stillInDeal } from './deal-refusal.ts';
import { useDealText } from './deal-text.ts';
import type { Choice, Held, HoldState } from './hold-session.ts';

/** Price of one of what is chosen, under its deal; null at the list price. What is held costs what the server says. */
export function dealAmountOf({
  hold,
  held,
  offer,
  deals,
}: {
  hold: HoldState;
  held: Held | null;
  offer: Offer;
  deals: Deal[];
}) {
  if (held) return held.hold.dealId === null ? null : held.totals.itemsAmount / held.hold.quantity;
  const { choice } = hold;
  const deal = hold.phase === 'taking' ? deals.find((one) => one.id === choice.dealId) : undefined;
  const variant = offer.variants.find((one) => one.variantId === choice.variantId);
  return deal && variant ? dealPrice(variant.priceAmount, deal) : null;
}

interface DealNoticeProps {
  hold: HoldState;
  held: Held | null;
  offer: Offer;
  deals: Deal[];
  /** Nothing of the hold can be changed any more. */
  fixed: boolean;
  onTake: (choice: Choice) => void;
}

/** One line about the flash deal: that the hold keeps its price, that there is one to be had, or the regular price instead. */
export function DealNotice({ hold, held, offer, deals, fixed, onTake }: DealNoticeProps) {
  const t = useDealText();
  useLocale();
  const variant = offer.variants.find((one) => one.variantId === hold.choice.variantId);
  if (!variant) return null;
  if (hold.phase === 'dealRefused' && stillInDeal(hold.deal) > 0) {
    return (
      <p className={css.other}>
        <Button size="touch" wide onClick={() => onTake({ ...hold.choice, dealId: null })}>
          {t.atRegular(money(variant.priceAmount, offer.currency))}
        </Button>
      </p>
    );
  }
  if (!held || hold.phase !== 'held') return null;
  if (held.hold.dealId !== null) return <p className={classes(css.line, css.mine)}>{t.keepsPrice}</p>;
  const deal = openDeal(deals, offer.id, held.hold.variantId, serverNow());
  if (!deal || fixed || hold.adjusting) return null;
  return (
    <div className={classes(css.line, css.now)}>
      <span>{t.nowCheaper(money(dealPrice(variant.priceAmount, deal), offer.currency))}</span>
      <Button size="small" onClick={() => onTake({ ...hold.choice, dealId: deal.id })}>
        {t.takeDeal}
      </Button>
    </div>
  );
}
