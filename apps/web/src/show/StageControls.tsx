import { Expand, Shrink, Volume2, VolumeX } from 'lucide-react';
import { useEffect, useState } from 'react';
import PictureButton from './PictureButton.tsx';
import { SeekBar } from './SeekBar.tsx';
import css from './StageControls.module.css';
import { useShowText } from './texts.ts';
import type { Watching } from './useWatching.ts';

interface StageControlsProps {
  watching: Watching;
  frame: React.RefObject<HTMLDivElement | null>;
  /** The stage lies below everything: its sound is turned on and off at the head, and nothing but what is needed lies on it. */
  overlay: boolean;
}

/** What one may do with the picture, at its lower edge. */
export default function StageControls({ watching, frame, overlay }: StageControlsProps) {
  const t = useShowText();
  const { player } = watching;
  if (overlay) return player && watching.state !== 'blocked' ? <SeekBar player={player} overlay /> : null;
  return (
    <div className={css.controls}>
      {player ? <SeekBar player={player} /> : null}
      {player ? <PictureButton player={player} /> : null}
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
