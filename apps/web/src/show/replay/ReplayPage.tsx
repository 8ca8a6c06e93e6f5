import { Pause, Play, ShoppingBag, Volume2, VolumeX, X } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import type { Replay } from '#contracts/replays';
import type { PublicShow } from '#contracts/shows';
import { wallTimeAt } from '#contracts/time-map';
import { formatDuration } from '../../i18n.ts';
import { offerOf } from '../../room/room.ts';
import type { Room } from '../../room/useRoom.ts';
import { Button } from '../../ui/Button.tsx';
import { sized } from '../../ui/ProductPicture.tsx';
import { ChatLog } from '../ChatLog.tsx';
import chat from '../ChatPanel.module.css';
import head from '../LiveHead.module.css';
import live from '../LiveShow.module.css';
import stage from '../Stage.module.css';
import { StageHead } from '../StageHead.tsx';
import type { Buying } from '../useBuying.ts';
import { useLayout } from '../useLayout.ts';
import { chapterAt, chaptersOf, type Chapter } from './chapters.ts';
import { ReplayCard } from './ReplayCard.tsx';
import { ReplayGoods } from './ReplayGoods.tsx';
import css from './ReplayPage.module.css';
import { SeekBar } from './SeekBar.tsx';
import { useReplayChat } from './useReplayChat.ts';
import { useReplayPlayer, type ReplayPlayer } from './useReplayPlayer.ts';
import { useReplayText } from './replay-text.ts';
import { useWatchReport } from './useWatchReport.ts';

interface ReplayPageProps {
  show: PublicShow;
  room: Room;
  buying: Buying;
  replay: Replay & { playlistUrl: string };
  /** Where to begin, in seconds. */
  from: number;
  onClose: () => void;
}

/** The stage once more: chat and card follow the playhead, pins are chapters, and what is sold is sold at the price of today. */
export default function ReplayPage({ show, room, buying, replay, from, onClose }: ReplayPageProps) {
  const t = useReplayText();
  const layout = useLayout();
  const player = useReplayPlayer(replay.playlistUrl, from);
  const [goods, setGoods] = useState(false);
  useWatchReport(show.id, player);
  useStageBehind();
  const { map, seconds } = replay;
  const chapters = useMemo(() => chaptersOf(show.pins, map, seconds), [show.pins, map, seconds]);
  const moment = Math.floor((wallTimeAt(map, player.position) ?? 0) / 1000) * 1000;
  const messages = useReplayChat(show.slug, moment);
  const chapter = chapterAt(chapters, player.position);
  const offer = offerOf(show, chapter?.offerId);
  const past: Room = useMemo(
    () => ({
      ...room,
      // Nobody is asked to say the first word of what is over.
      status: 'joining',
      own: [],
      lines: messages.map((message) => ({ kind: 'message', key: message.id, seq: message.seq, message })),
    }),
    [room, messages],
  );
  const overlay = layout === 'phone' || layout === 'side';
  const controls = (
    <Controls player={player} replay={replay} chapters={chapters}>
      {layout === 'phone' ? (
        <button type="button" aria-label={t.goods({ count: show.offers.length })} onClick={() => setGoods(true)}>
          <ShoppingBag size={22} strokeWidth={1.75} aria-hidden="true" />
        </button>
      ) : null}
    </Controls>
  );
  return (
    <div className={live.live} data-theme="dark" data-layout={layout}>
      <Head show={show} overlay={overlay} player={player} onClose={onClose} />
      <main className={live.left}>
        <div className={stage.stage}>
          {show.posterUrl && !player.hasPicture ? (
            <img className={stage.poster} src={sized(show.posterUrl, 1280)} alt="" />
          ) : null}
          <div className={stage.picture} data-playing={player.hasPicture ? '' : undefined}>
            <video ref={player.attach} data-front="" playsInline aria-label={show.title} onClick={player.toggle} />
          </div>
          <span className={stage.scrimTop} />
          <span className={stage.scrimBottom} />
          {player.failed ? (
            <div className={css.failed} role="alert">
              <p>{t.failed}</p>
              <Button onClick={player.again}>{t.again}</Button>
            </div>
          ) : !player.playing ? (
            <button type="button" className={css.start} aria-label={t.play} onClick={player.toggle}>
              <Play size={32} strokeWidth={1.75} aria-hidden="true" />
            </button>
          ) : null}
          {layout === 'phone' ? null : <div className={css.over}>{controls}</div>}
        </div>
        {layout === 'desktop' || layout === 'column' ? (
          <Chapters
            show={show}
            chapters={chapters}
            current={chapter}
            onSeek={player.seek}
            onGoods={() => setGoods(true)}
          />
        ) : null}
      </main>
      <aside className={live.right}>
        {offer ? <ReplayCard key={offer.id} offer={offer} buying={buying} sells={replay.sells} /> : null}
        <section className={chat.panel} aria-label={t.chat}>
          {layout === 'desktop' ? <h2 className={chat.title}>{t.chat}</h2> : null}
          {messages.length === 0 && layout !== 'phone' ? <p className={css.none}>{t.chatNone}</p> : null}
          <ChatLog room={past} onStage={layout === 'phone'} readAloud={false} said={0} />
        </section>
        {layout === 'phone' ? controls : null}
      </aside>
      {goods ? (
        <ReplayGoods
          offers={show.offers}
          chapters={chapters}
          buying={buying}
          sells={replay.sells}
          onSeek={player.seek}
          onClose={() => setGoods(false)}
        />
      ) : null}
    </div>
  );
}

function Head({
  show,
  overlay,
  player,
  onClose,
}: {
  show: PublicShow;
  overlay: boolean;
  player: ReplayPlayer;
  onClose: () => void;
}) {
  const t = useReplayText();
  const button = overlay ? head.round : head.link;
  const tools = (
    <>
      <button
        type="button"
        className={button}
        aria-label={player.muted ? t.sound : t.mute}
        onClick={() => player.setMuted(!player.muted)}
      >
        {player.muted ? (
          <VolumeX size={22} strokeWidth={1.75} aria-hidden="true" />
        ) : (
          <Volume2 size={22} strokeWidth={1.75} aria-hidden="true" />
        )}
      </button>
      <button type="button" className={button} aria-label={t.back} onClick={onClose}>
        <X size={22} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </>
  );
  return <StageHead show={show} overlay={overlay} replay tools={tools} />;
}

function Controls({
  player,
  replay,
  chapters,
  children,
}: {
  player: ReplayPlayer;
  replay: Replay;
  chapters: Chapter[];
  children: React.ReactNode;
}) {
  const t = useReplayText();
  return (
    <div className={css.controls}>
      <button type="button" aria-label={player.playing ? t.pause : t.play} onClick={player.toggle}>
        {player.playing ? (
          <Pause size={22} strokeWidth={1.75} aria-hidden="true" />
        ) : (
          <Play size={22} strokeWidth={1.75} aria-hidden="true" />
        )}
      </button>
      <SeekBar
        position={player.position}
        seconds={replay.seconds}
        chapters={chapters}
        thumbnailsUrl={replay.thumbnailsUrl}
        onSeek={player.seek}
      />
      <span className={css.time}>
        {formatDuration(player.position)} / {formatDuration(replay.seconds)}
      </span>
      {children}
    </div>
  );
}

function Chapters({
  show,
  chapters,
  current,
  onSeek,
  onGoods,
}: {
  show: PublicShow;
  chapters: Chapter[];
  current: Chapter | null;
  onSeek: (position: number) => void;
  onGoods: () => void;
}) {
  const t = useReplayText();
  return (
    <section className={css.chapters} aria-label={t.chapters}>
      <h2>{t.chapters}</h2>
      <ol>
        {chapters.map((chapter) => (
          <li key={chapter.pinId}>
            <button
              type="button"
              aria-current={chapter.pinId === current?.pinId ? 'true' : undefined}
              onClick={() => onSeek(chapter.from)}
            >
              <time>{formatDuration(chapter.from)}</time>
              {offerOf(show, chapter.offerId)?.name}
            </button>
          </li>
        ))}
      </ol>
      <Button onClick={onGoods}>{t.goods({ count: show.offers.length })}</Button>
    </section>
  );
}

/** The page behind the stage is dark and stays where it is. */
function useStageBehind(): void {
  useEffect(() => {
    document.documentElement.dataset.stage = '';
    return () => {
      delete document.documentElement.dataset.stage;
    };
  }, []);
}
