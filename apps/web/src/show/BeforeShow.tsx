import { CalendarPlus, Share } from 'lucide-react';
import type { PublicShow } from '#contracts/shows';
import { useNow } from '../clock.ts';
import { formatDateTime, formatDuration, money, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Edge } from '../ui/Edge.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import css from './BeforeShow.module.css';
import { priceOf } from './goods.ts';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import { Poster } from './Poster.tsx';
import { useAroundText } from './around-text.ts';
import { useShowText } from './texts.ts';

const DAY = 24 * 3600_000;
const WAITING_LINE_MS = 14 * DAY;
const SOON_MS = 10 * 60_000;

export default function BeforeShow({ show }: { show: PublicShow }) {
  const t = useShowText();
  const around = useAroundText();
  const startsAt = Date.parse(show.startsAt);
  const now = useNow(1000);
  const soon = startsAt - now <= SOON_MS;
  const saveDate = () => void import('./calendar.ts').then(({ downloadCalendar }) => downloadCalendar(show));
  const shareShow = () =>
    void import('./share.ts').then(({ share }) => share(show.id, `${show.title} | ${show.brand.name}`, t.linkCopied));
  return (
    <div className={css.page}>
      <div className={css.left}>
        <Poster show={show} />
        <Edge
          className={css.edge}
          from={soon ? startsAt - SOON_MS : startsAt - WAITING_LINE_MS}
          to={startsAt}
          tone={soon ? 'shu' : 'sumi'}
          fills={!soon || now >= startsAt}
        />
      </div>
      <main className={css.main}>
        <Countdown startsAt={startsAt} now={now} soon={soon} />
        <p className={css.when}>
          <b>
            <time dateTime={show.startsAt}>{formatDateTime(show.startsAt)}</time>
          </b>
          <span>{around.hostedBy({ host: show.hostName })}</span>
        </p>
        <div className={css.act}>
          <Button kind="fill" size="big" onClick={saveDate}>
            <CalendarPlus size={20} strokeWidth={1.75} aria-hidden="true" />
            {around.addToCalendar}
          </Button>
          <Button size="big" className={css.share} aria-label={t.share} onClick={shareShow}>
            <Share size={20} strokeWidth={1.75} aria-hidden="true" />
          </Button>
        </div>
        {show.offers.length > 0 ? (
          <section className={css.goods}>
            <h2>{around.goodsOfShow({ count: show.offers.length })}</h2>
            <ul>
              {show.offers.map((offer) => (
                <li key={offer.id}>
                  <ProductPicture url={offer.imageUrl} alt="" size={132} />
                  <p>{offer.name}</p>
                  <b>{money(priceOf(offer).amount, offer.currency)}</b>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        <LanguageSwitch className={css.language} />
      </main>
    </div>
  );
}

function Countdown({ startsAt, now, soon }: { startsAt: number; now: number; soon: boolean }) {
  const around = useAroundText();
  const locale = useLocale();
  const left = startsAt - now;
  if (left <= 0) {
    return (
      <div className={css.count} data-over="" role="status">
        <strong>{around.startsSoon}</strong>
        <span>{around.startsSoonMore}</span>
      </div>
    );
  }
  const days = Math.floor(left / DAY);
  const rest = formatDuration((left % DAY) / 1000);
  return (
    <p className={css.count} data-soon={soon ? '' : undefined}>
      <span>{around.untilStart}</span>
      <time role="timer" lang={locale}>
        {days > 0 ? (
          <>
            {days}
            <small>{around.days}</small>
            {rest.length < 7 ? `0:${rest.padStart(5, '0')}` : rest}
          </>
        ) : (
          rest
        )}
      </time>
    </p>
  );
}
