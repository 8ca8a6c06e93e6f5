import { Expand, Shrink, Volume2, VolumeX, Zap } from 'lucide-react';
import { lazy, Suspense, useEffect, useRef, useState, type CSSProperties } from 'react';
import type { PublicShow } from '#contracts/shows';
import { formatNumber } from '../i18n.ts';
import type { Room } from '../room/useRoom.ts';
import { sized } from '../ui/ProductPicture.tsx';
import { ConnectionLine } from './ConnectionLine.tsx';
import { Hearts } from './Hearts.tsx';
import css from './Stage.module.css';
import { useShowText } from './texts.ts';
import type { Hearts as HeartsState } from './useHearts.ts';
import type { Layout } from './useLayout.ts';
import type { Watching } from './useWatching.ts';

const Guests = lazy(() => import('../stage/Guests.tsx'));

interface StageProps {
  show: PublicShow;
  room: Room;
  watching: Watching;
  hearts: HeartsState;
  layout: Layout;
}

/** The picture with what lies on it: hearts, one line when something is not as it should be, and on wide screens its controls. */
export function Stage({ show, room, watching, hearts, layout }: StageProps) {
  const t = useShowText();
  const frame = useRef<HTMLDivElement>(null);
  const [hostPlace, setHostPlace] = useState<CSSProperties>();
  const { stage } = room;
  const overlay = layout === 'phone' || layout === 'side';
  return (
    <div ref={frame} className={css.stage}>
      {show.posterUrl && !watching.hasPicture ? (
        <img className={css.poster} src={sized(show.posterUrl, 1280)} alt="" />
      ) : null}
      <video
        ref={watching.attach}
        className={css.video}
        style={hostPlace}
        playsInline
        aria-label={t.pictureOf({ title: show.title })}
        data-playing={watching.hasPicture ? '' : undefined}
      />
      {stage?.onAir[0] ? (
        <Suspense fallback={null}>
          <Guests
            stage={stage}
            hostName={show.hostName}
            streams={watching.guests}
            portrait={layout === 'phone'}
            silent={watching.muted}
            onHostPlace={setHostPlace}
          />
        </Suspense>
      ) : null}
      <span className={css.scrimTop} />
      <span className={css.scrimBottom} />
      <Hearts hearts={hearts} />
      {watching.state === 'blocked' ? (
        <button type="button" className={css.sound} onClick={() => watching.setMuted(false)}>
          <VolumeX size={24} strokeWidth={1.75} aria-hidden="true" />
          {t.sound}
        </button>
      ) : null}
      {layout === 'phone' ? null : <ConnectionLine show={show} room={room} watching={watching} />}
      {overlay ? null : (
        <div className={css.controls}>
          {watching.latencySeconds !== null ? (
            <span className={css.delay}>
              <Zap size={16} strokeWidth={2} aria-hidden="true" />
              {t.delay({
                seconds: formatNumber(watching.latencySeconds, { maximumFractionDigits: 1, minimumFractionDigits: 1 }),
              })}
            </span>
          ) : null}
          <button
            type="button"
            aria-label={watching.muted ? t.sound : t.mute}
            onClick={() => watching.setMuted(!watching.muted)}
          >
            {watching.muted ? (
              <VolumeX size={20} strokeWidth={1.75} aria-hidden="true" />
            ) : (
              <Volume2 size={20} strokeWidth={1.75} aria-hidden="true" />
            )}
          </button>
          <FullScreenButton frame={frame} />
        </div>
      )}
    </div>
  );
}

function FullScreenButton({ frame }: { frame: React.RefObject<HTMLDivElement | null> }) {
  const t = useShowText();
  const [full, setFull] = useState(false);
  useEffect(() => {
    const update = () => setFull(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', update);
    return () => document.removeEventListener('fullscreenchange', update);
  }, []);
  if (!document.fullscreenEnabled) return null;
  const turn = () => {
    if (full) void document.exitFullscreen();
    else void frame.current?.requestFullscreen();
  };
  return (
    <button type="button" aria-label={full ? t.leaveFullScreen : t.fullScreen} onClick={turn}>
      {full ? (
        <Shrink size={20} strokeWidth={1.75} aria-hidden="true" />
      ) : (
        <Expand size={20} strokeWidth={1.75} aria-hidden="true" />
      )}
    </button>
  );
}
