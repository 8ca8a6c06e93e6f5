import { VolumeX } from 'lucide-react';
import { lazy, Suspense, useRef, useState, type CSSProperties } from 'react';
import type { PublicShow } from '#contracts/shows';
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
const StageControls = lazy(() => import('./StageControls.tsx'));

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
  return (
    <div ref={frame} className={css.stage}>
      {show.posterUrl && !watching.hasPicture ? (
        <img className={css.poster} src={sized(show.posterUrl, 1280)} alt="" />
      ) : null}
      <div
        ref={watching.attach}
        className={css.picture}
        style={hostPlace}
        role="img"
        aria-label={t.pictureOf({ title: show.title })}
        data-playing={watching.hasPicture ? '' : undefined}
      />
      {/* By LL-HLS all come in one picture. */}
      {stage?.onAir[0] && watching.path !== 'hls' ? (
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
      <Suspense fallback={null}>
        <StageControls watching={watching} frame={frame} overlay={layout === 'phone' || layout === 'side'} />
      </Suspense>
    </div>
  );
}
