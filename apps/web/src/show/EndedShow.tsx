import { lazy, Suspense, useEffect, useState } from 'react';
import type { Replay } from '#contracts/replays';
import { formatDateTime, formatDate, formatTime, money } from '../i18n.ts';
import type { PublicShow } from '#contracts/shows';
import { offerOf } from '../room/room.ts';
import type { Room } from '../room/useRoom.ts';
import { Button } from '../ui/Button.tsx';
import { OnAirBadge } from '../ui/OnAirBadge.tsx';
import { ProductPicture } from '../ui/ProductPicture.tsx';
import css from './EndedShow.module.css';
import { priceOf, shownAt } from './goods.ts';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import { Poster } from './Poster.tsx';
import { LeaveSurvey } from '../survey/LeaveSurvey.tsx';
import { useAroundText } from './around-text.ts';
import { useReplayText } from './replay/replay-text.ts';
import { useReplay } from './replay/useReplay.ts';
import { useShowText } from './texts.ts';
import type { Buying } from './useBuying.ts';

const ReplayPage = lazy(() => import('./replay/ReplayPage.tsx'));

/** What was sold without having been shown stands last. */
const timeOf = (at: string | undefined) => (at === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(at));

const HASH = '#replay';
const isLinked = () => window.location.hash === HASH;

interface EndedShowProps {
  show: PublicShow;
  room: Room;
  buying: Buying;
}

/** After the show: its replay, what was shown, in the order in which it was, and a hold that still runs. */
export default function EndedShow({ show, room, buying }: EndedShowProps) {
  const replay = useReplay(show.slug);
  // A link may lead to the replay itself.
  const [open, setOpen] = useState(isLinked);
  useEffect(() => {
    const follow = () => setOpen(isLinked());
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  const go = (to: boolean) => {
    window.history.replaceState(
      window.history.state,
      '',
      to ? HASH : window.location.pathname + window.location.search,
    );
    setOpen(to);
  };
  if (open && isPlayable(replay)) {
    return (
      <Suspense fallback={null}>
        <ReplayPage show={show} room={room} buying={buying} replay={replay} from={0} onClose={() => go(false)} />
      </Suspense>
    );
  }
  return <Ended show={show} buying={buying} replay={replay} onWatch={() => go(true)} />;
}

function isPlayable(replay: Replay | null): replay is Replay & { playlistUrl: string } {
  return replay?.state === 'ready' && replay.playlistUrl !== null;
}

interface EndedProps {
  show: PublicShow;
  buying: Buying;
  replay: Replay | null;
  onWatch: () => void;
}

function Ended({ show, buying, replay, onWatch }: EndedProps) {
  const t = useShowText();
  const around = useAroundText();
  const shown = shownAt(show);
  const offers = show.offers
    .filter((offer) => shown.has(offer.id) || offer.sold > 0)
    .toSorted((a, b) => timeOf(shown.get(a.id)) - timeOf(shown.get(b.id)));
  return (
    <div className={css.page}>
      <div className={css.left}>
        <Poster show={show} />
      </div>
      <main className={css.main}>
        <p className={css.state}>
          <OnAirBadge show={show} />
          {show.liveSince ? <time dateTime={show.liveSince}>{formatDateTime(show.liveSince)}</time> : null}
        </p>
        <h2>{around.endedTitle}</h2>
        <p className={css.more}>{offers.length > 0 ? around.endedMore : around.endedNothing}</p>
        <ReplayLine replay={replay} onWatch={onWatch} />
        {[...buying.held.values()].map(({ hold }) => (
          <p key={hold.id} className={css.hold}>
            <span>{t.openHold({ name: offerOf(show, hold.offerId)?.name ?? '' })}</span>
            <Button kind="fill" size="touch" onClick={() => buying.buy(hold.offerId)}>
              {t.resume}
            </Button>
          </p>
        ))}
        <div className={css.asked}>
          <LeaveSurvey showId={show.id} />
        </div>
        <ul className={css.goods}>
          {offers.map((offer) => (
            <li key={offer.id}>
              <ProductPicture url={offer.imageUrl} alt="" size={72} />
              <div>
                <b>{offer.name}</b>
                <span className={css.price}>{money(priceOf(offer).amount, offer.currency)}</span>
              </div>
              <div className={css.when}>
                {shown.has(offer.id) ? (
                  <span>{around.shownAt({ time: formatTime(shown.get(offer.id) ?? '') })}</span>
                ) : null}
                {offer.sold > 0 ? <span>{around.sold({ count: offer.sold })}</span> : null}
              </div>
            </li>
          ))}
        </ul>
        <p className={css.account}>
          <a href={`/my/${show.brand.slug}`}>{t.account}</a>
        </p>
        <LanguageSwitch className={css.language} />
      </main>
    </div>
  );
}

/** Whether the show can be watched again: now, in a moment, or no more. Nothing for one that was not recorded. */
function ReplayLine({ replay, onWatch }: Pick<EndedProps, 'replay' | 'onWatch'>) {
  const t = useReplayText();
  if (isPlayable(replay)) {
    return (
      <div className={css.replay}>
        <Button kind="fill" size="big" onClick={onWatch}>
          {t.watch}
        </Button>
        {replay.keptUntil ? <small>{t.keptUntil({ date: formatDate(replay.keptUntil) })}</small> : null}
      </div>
    );
  }
  if (replay?.state !== 'preparing' && replay?.state !== 'gone') return null;
  return (
    <p className={css.replayState} role="status">
      {replay.state === 'preparing' ? t.preparing : t.gone}
    </p>
  );
}
