import { Timer } from 'lucide-react';
import { useState } from 'react';
import type { Deal } from '#contracts/deals';
import type { Offer, Pin } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { serverNow, useNow } from '../clock.ts';
import { formatDuration, formatNumber, money } from '../i18n.ts';
import type { Room } from '../room/useRoom.ts';
import { useMay } from '../staff/session.ts';
import { Button } from '../ui/Button.tsx';
import { Kbd } from '../ui/Kbd.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import { toast } from '../ui/toast.tsx';
import { DealForm } from './deal/DealForm.tsx';
import type { DealHabit } from './deal/deal-draft.ts';
import { EndDeal } from './deal/EndDeal.tsx';
import { RunningDeal } from './deal/RunningDeal.tsx';
import { useDealDeskText } from './deal/texts.ts';
import css from './Rundown.module.css';
import { isLow, leftOf, waitingFor } from './stock.ts';
import { useStudioText } from './texts.ts';
import { useShortcuts } from './useShortcuts.ts';

/** What is sold, in order. A number key or a press of who hosts puts one on every screen; 0 takes it off. Others see it. */
export function Rundown({ room, closed }: { room: Room; closed: boolean }) {
  const t = useStudioText();
  const [asked, setAsked] = useState<string | null>(null); // the offer that was pressed and is not yet answered
  const [dealing, setDealing] = useState<string | null>(null); // the offer for which a deal is being made
  const [ending, setEnding] = useState<string | null>(null); // the deal that is to be ended
  const [habit, setHabit] = useState<DealHabit>();
  const may = useMay();
  const mayHost = may('shows.host');
  const mayDeal = mayHost && room.show?.state === 'live';
  const offers = room.offers.toSorted((a, b) => a.position - b.position);
  const dealsOf = (offer: Offer) => room.deals.filter((deal) => deal.offerId === offer.id);
  const running = (offer: Offer) => dealsOf(offer).findLast((deal) => Date.parse(deal.endsAt) > serverNow());
  const toDeal = offers.find((offer) => offer.id === dealing);
  const toEnd = room.deals.find((deal) => deal.id === ending);

  async function pin(offer: Offer | null): Promise<void> {
    if (closed || !mayHost) return;
    setAsked(offer?.id ?? null);
    try {
      await room.setPin(offer?.id ?? null);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(t.actionFailed);
    } finally {
      setAsked(null);
    }
  }

  // What a key may do, `pin` and `mayDeal` decide: for whoever only sees, none does anything.
  const keys: Record<string, () => void> = { 0: () => void (room.pin && pin(null)) };
  for (const offer of offers.slice(0, 9)) {
    keys[offer.position] = () => void (room.pin?.offerId !== offer.id && pin(offer));
  }
  const { pinned } = room;
  if (pinned && mayDeal) {
    keys.d = () => {
      const on = running(pinned);
      if (on) setEnding(on.id);
      else setDealing(pinned.id);
    };
  }
  useShortcuts(keys);

  return (
    <section className={css.rundown} aria-label={t.rundown}>
      <header className={css.bar}>
        <h2>
          {t.rundown}
          {!closed && mayHost && <span>{t.rundownHint}</span>}
        </h2>
        {!closed && may('shows.write') && (
          <a href={`/shows/${room.showId}/edit`} target="_blank" rel="noreferrer">
            {t.reorder}
          </a>
        )}
      </header>
      {offers.length === 0 && <p className={css.none}>{t.noOffers}</p>}
      <ol>
        {offers.map((offer) =>
          room.pin?.offerId === offer.id && !closed ? (
            <PinnedRow
              key={offer.id}
              offer={offer}
              pin={room.pin}
              deals={dealsOf(offer)}
              onUnpin={mayHost ? () => void pin(null) : undefined}
              onDeal={mayDeal ? () => setDealing(offer.id) : undefined}
              onEndDeal={(deal) => setEnding(deal.id)}
            />
          ) : (
            <Row
              key={offer.id}
              offer={offer}
              wasOn={room.show?.pins.some((other) => other.offerId === offer.id) ?? false}
              busy={asked === offer.id}
              disabled={closed}
              deals={dealsOf(offer)}
              onPin={mayHost ? () => void pin(offer) : undefined}
              onDeal={mayDeal ? () => setDealing(offer.id) : undefined}
              onEndDeal={(deal) => setEnding(deal.id)}
            />
          ),
        )}
      </ol>
      {toDeal && (
        <DealForm
          showId={room.showId}
          offer={toDeal}
          habit={habit}
          onStarted={setHabit}
          onClose={() => setDealing(null)}
        />
      )}
      {toEnd && (
        <EndDeal
          deal={toEnd}
          name={room.offers.find((offer) => offer.id === toEnd.offerId)?.name ?? ''}
          onClose={() => setEnding(null)}
        />
      )}
    </section>
  );
}

interface DealRowProps {
  deals: Deal[];
  /** Absent where no deal can be started: off air, or not by this member. */
  onDeal: (() => void) | undefined;
  onEndDeal: (deal: Deal) => void;
}

interface RowProps extends DealRowProps {
  offer: Offer;
  wasOn: boolean;
  busy: boolean;
  disabled: boolean;
  /** Absent for whoever only sees. */
  onPin: (() => void) | undefined;
}

function Row({ offer, wasOn, busy, disabled, deals, onPin, onDeal, onEndDeal }: RowProps) {
  const t = useStudioText();
  const desk = useDealDeskText();
  const live = useLiveDeals(deals);
  const content = (
    <>
      {onPin ? <Key position={offer.position} /> : <span className={css.number}>{offer.position}</span>}
      <ProductPicture url={offer.imageUrl} alt="" size={52} className={css.picture} />
      <span className={css.what}>
        <b>{offer.name}</b>
        <span>{priceOf(offer)}</span>
      </span>
      <Left offer={offer} wasOn={wasOn} over={disabled} />
    </>
  );
  return (
    <li className={css.row} data-done={wasOn ? '' : undefined} data-deal={onDeal ? '' : undefined}>
      {onPin ? (
        <button
          type="button"
          className={css.pin}
          aria-label={t.pin(offer.name)}
          aria-busy={busy || undefined}
          aria-keyshortcuts={offer.position <= 9 ? String(offer.position) : undefined}
          disabled={disabled}
          onClick={onPin}
        >
          {content}
        </button>
      ) : (
        <div className={css.seen}>{content}</div>
      )}
      {onDeal && live.length === 0 && (
        <button
          type="button"
          className={css.sale}
          aria-label={desk.startOf(offer.name)}
          title={desk.start}
          onClick={onDeal}
        >
          <Timer size={20} strokeWidth={1.75} aria-hidden />
        </button>
      )}
      <Deals offer={offer} deals={deals} onEndDeal={onDeal && onEndDeal} />
    </li>
  );
}

/** Each of a product's deals with its end: more than one when they are of different variants. */
function Deals({
  offer,
  deals,
  onEndDeal,
}: {
  offer: Offer;
  deals: Deal[];
  onEndDeal: DealRowProps['onEndDeal'] | undefined;
}) {
  const desk = useDealDeskText();
  if (deals.length === 0) return null;
  return (
    <div className={css.deals}>
      {deals.map((deal) => (
        <RunningDeal key={deal.id} deal={deal} offer={offer}>
          {onEndDeal && (
            <Button size="touch" aria-label={desk.endOf(offer.name)} onClick={() => onEndDeal(deal)}>
              {desk.end}
            </Button>
          )}
        </RunningDeal>
      ))}
    </div>
  );
}

/** Deals whose time runs. */
function useLiveDeals(deals: Deal[]): Deal[] {
  useNow(deals.length > 0 ? 1000 : 60_000);
  return deals.filter((deal) => Date.parse(deal.endsAt) > serverNow());
}

interface PinnedRowProps extends DealRowProps {
  offer: Offer;
  pin: Pin;
  onUnpin: (() => void) | undefined;
}

function PinnedRow({ offer, pin, deals, onUnpin, onDeal, onEndDeal }: PinnedRowProps) {
  const t = useStudioText();
  const desk = useDealDeskText();
  const now = useNow(1000);
  const several = offer.variants.length > 1;
  const live = useLiveDeals(deals);
  const [first] = live;
  return (
    <li className={css.on} aria-current="true">
      {deals.length === 0 && <span className={css.edge} aria-hidden />}
      <Deals offer={offer} deals={deals} onEndDeal={undefined} />
      <div className={css.in}>
        {onUnpin ? <Key position={offer.position} /> : <span className={css.number}>{offer.position}</span>}
        <ProductPicture url={offer.imageUrl} alt="" size={84} className={css.picture} />
        <div className={css.what}>
          <h3>{offer.name}</h3>
          <p>
            {priceOf(offer)}　{t.soldCount(offer.sold)}
          </p>
          <p className={css.count}>
            {live.length === 0 && (
              <time role="timer" aria-label={t.onScreen}>
                {formatDuration((now - Date.parse(pin.pinnedAt)) / 1000)}
              </time>
            )}
            <span>
              {t.left}
              <b data-low={isLow(offer) ? '' : undefined}>{formatNumber(leftOf(offer))}</b>
            </span>
            {waitingFor(offer) > 0 && <span>{desk.waiting(waitingFor(offer))}</span>}
          </p>
        </div>
      </div>
      {several && (
        <ul className={css.variants}>
          {offer.variants.map((variant) => (
            <li key={variant.variantId}>
              {variant.swatch !== null && <i style={{ background: variant.swatch }} />}
              <span>{variant.name}</span>
              <b>{variant.available > 0 ? `${t.left} ${formatNumber(variant.available)}` : t.soldOut}</b>
              {variant.waiting > 0 && <span>{desk.waiting(variant.waiting)}</span>}
            </li>
          ))}
        </ul>
      )}
      {onUnpin && (
        <div className={css.do}>
          {onDeal && (
            <Button
              size="touch"
              aria-keyshortcuts="d"
              aria-label={first ? desk.endOf(offer.name) : desk.startOf(offer.name)}
              onClick={first ? () => onEndDeal(first) : onDeal}
            >
              {first ? desk.end : desk.start}
              <Kbd>D</Kbd>
            </Button>
          )}
          <Button size="touch" aria-keyshortcuts="0" onClick={onUnpin}>
            {t.unpin}
            <Kbd>0</Kbd>
          </Button>
        </div>
      )}
    </li>
  );
}

/** The key that pins it; from the tenth on there is only a number. */
function Key({ position }: { position: number }) {
  return position <= 9 ? <kbd className={css.key}>{position}</kbd> : <span className={css.number}>{position}</span>;
}

function Left({ offer, wasOn, over = false }: { offer: Offer; wasOn: boolean; over?: boolean }) {
  const t = useStudioText();
  const desk = useDealDeskText();
  const left = leftOf(offer);
  return (
    <span className={css.left}>
      <span data-low={isLow(offer) ? '' : undefined}>
        {left > 0 ? (
          <>
            {t.left}
            <b>{formatNumber(left)}</b>
          </>
        ) : (
          <b>{t.soldOut}</b>
        )}
      </span>
      <span>{wasOn || offer.sold > 0 ? t.soldCount(offer.sold) : over ? t.notShown : t.later}</span>
      {waitingFor(offer) > 0 && <span>{desk.waiting(waitingFor(offer))}</span>}
    </span>
  );
}

function priceOf(offer: Offer): string {
  const amounts = offer.variants.map((variant) => variant.priceAmount);
  const least = Math.min(...amounts);
  const most = Math.max(...amounts);
  const from = money(least, offer.currency);
  return least === most ? from : `${from}–${money(most, offer.currency)}`;
}
