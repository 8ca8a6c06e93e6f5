import { Minus, Plus } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { HOLD_MAX_QUANTITY } from '#contracts/checkout';
import type { Offer, OfferVariant } from '#contracts/shows';
import { useLocale, money } from '../i18n.ts';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import css from './BuySheet.module.css';
import { useCheckoutText } from './checkout-text.ts';
import deal from './DealNotice.module.css';
import type { Choice, Held } from './hold-session.ts';

interface GoodsProps {
  offer: Offer;
  choice: Choice;
  gone: boolean;
  fixed: boolean;
  /** Price of one under a flash deal; null at the list price. */
  dealAmount: number | null;
}

/** What is being bought: picture, name, price of one. */
export function Goods({ offer, choice, gone, fixed, dealAmount }: GoodsProps) {
  const t = useCheckoutText();
  useLocale();
  const variant = offer.variants.find((one) => one.variantId === choice.variantId);
  const fixedLine = [variant?.name, t.pieces(choice.quantity)].filter(Boolean).join('・');
  return (
    <div className={css.goods}>
      <ProductPicture url={variant?.imageUrl ?? offer.imageUrl} alt="" size={64} gone={gone} className={css.picture} />
      <div>
        <h3>{offer.name}</h3>
        <p>{fixed ? fixedLine : offer.note}</p>
      </div>
      {variant && (
        <span className={deal.prices}>
          <b className={css.price}>{money(dealAmount ?? variant.priceAmount, offer.currency)}</b>
          {dealAmount !== null && <s>{money(variant.priceAmount, offer.currency)}</s>}
        </span>
      )}
    </div>
  );
}

interface PickProps {
  offer: Offer;
  choice: Choice;
  /** What this buyer holds now: it is theirs, so it counts as available to them. */
  held: Held | null;
  /** The answer to the first press is awaited: shown in its place, and not yet to be used. */
  idle: boolean;
  onChoose: (choice: Omit<Choice, 'dealId'>) => void;
}

/** Variant and quantity. A variant that nobody can have is shown and cannot be chosen. */
export function Pick({ offer, choice, held, idle, onChoose }: PickProps) {
  const left = (variant: OfferVariant) => availableTo(held, variant);
  const chosen = offer.variants.find((variant) => variant.variantId === choice.variantId);
  const most = Math.min(HOLD_MAX_QUANTITY, chosen ? left(chosen) : 1);
  const choose = (variant: OfferVariant) => {
    const quantity = Math.max(1, Math.min(choice.quantity, left(variant)));
    onChoose({ variantId: variant.variantId, quantity });
  };
  return (
    <div className={css.pick} inert={idle}>
      {offer.variants.length > 1 && (
        <Variants offer={offer} chosenId={choice.variantId} left={left} onChoose={choose} />
      )}
      {most > 0 && (
        <Stepper
          quantity={choice.quantity}
          most={most}
          onChange={(quantity) => onChoose({ variantId: choice.variantId, quantity })}
        />
      )}
    </div>
  );
}

function availableTo(held: Held | null, variant: OfferVariant): number {
  const mine = held && held.hold.variantId === variant.variantId ? held.hold.quantity : 0;
  return variant.available + mine;
}

interface VariantsProps {
  offer: Offer;
  chosenId: string;
  left: (variant: OfferVariant) => number;
  onChoose: (variant: OfferVariant) => void;
}

function Variants({ offer, chosenId, left, onChoose }: VariantsProps) {
  const t = useCheckoutText();
  const open = offer.variants.filter((variant) => left(variant) > 0 || variant.variantId === chosenId);
  // One stop in the tab order, arrow keys within: what a group of radio buttons does everywhere.
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = open.findIndex((variant) => variant.variantId === chosenId);
    const next = open[(at + step + open.length) % open.length];
    if (!next) return;
    onChoose(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-variant="${next.variantId}"]`)?.focus();
  };
  return (
    <div role="radiogroup" aria-label={t.variant} className={css.variants} onKeyDown={onKeyDown}>
      {offer.variants.map((variant) => {
        const chosen = variant.variantId === chosenId;
        const none = left(variant) === 0;
        return (
          <button
            key={variant.variantId}
            type="button"
            role="radio"
            data-variant={variant.variantId}
            aria-checked={chosen}
            aria-label={none && !chosen ? `${variant.name}（${t.soldOutShort}）` : undefined}
            tabIndex={chosen ? 0 : -1}
            disabled={none && !chosen}
            className={css.chip}
            data-none={none || undefined}
            onClick={() => onChoose(variant)}
          >
            {variant.swatch && <i style={{ background: variant.swatch }} />}
            {variant.name}
          </button>
        );
      })}
    </div>
  );
}

function Stepper({ quantity, most, onChange }: { quantity: number; most: number; onChange: (to: number) => void }) {
  const t = useCheckoutText();
  const full = quantity >= most;
  const why = quantity >= HOLD_MAX_QUANTITY ? t.mostPerPerson(HOLD_MAX_QUANTITY) : t.noMore;
  return (
    <div role="group" aria-label={t.quantity} className={css.stepper}>
      <button type="button" aria-label={t.fewer} disabled={quantity <= 1} onClick={() => onChange(quantity - 1)}>
        <Minus size={20} strokeWidth={1.75} aria-hidden="true" />
      </button>
      <output aria-label={t.quantityIs(quantity)}>{quantity}</output>
      <button
        type="button"
        aria-label={full ? why : t.more}
        title={full ? why : undefined}
        disabled={full}
        onClick={() => onChange(quantity + 1)}
      >
        <Plus size={20} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </div>
  );
}
