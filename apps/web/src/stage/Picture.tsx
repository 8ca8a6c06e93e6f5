import { MicOff } from 'lucide-react';
import { useEffect, useRef, type CSSProperties, type ReactNode } from 'react';
import { langOf } from '../i18n.ts';
import type { Tile } from './arrange.ts';
import css from './Picture.module.css';
import { useStageText } from './texts.ts';

/** Where a tile stands, for `style`. */
export const placeOf = ({ left, top, width, height }: Tile): CSSProperties => ({
  left: `${left}%`,
  top: `${top}%`,
  width: `${width}%`,
  height: `${height}%`,
});

/** A name on a plate at the edge of a picture. */
export function NamePlate({ name, muted, edge }: { name: string; muted?: boolean; edge?: 'bottom' | 'top' | 'head' }) {
  const t = useStageText();
  return (
    <span className={css.name} data-edge={edge} lang={langOf(name)}>
      {muted ? <MicOff size={14} strokeWidth={2.2} aria-label={t.muted} /> : null}
      <bdi>{name}</bdi>
    </span>
  );
}

interface PictureProps {
  stream: MediaStream | null;
  label: string;
  /** Not played aloud: one's own, or while the page is silent. */
  silent: boolean;
  tile?: Tile;
  /** In the place of a picture that is not there. */
  fallback?: ReactNode;
  children?: ReactNode;
}

/** One picture of a stage with what lies on it. */
export function Picture({ stream, label, silent, tile, fallback, children }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = stream;
    // A tap on the page will let it be heard; until then it is at least seen.
    if (stream) element.play().catch(() => undefined);
  }, [stream, silent]);
  return (
    <div className={css.picture} style={tile && placeOf(tile)} data-inset={tile?.inset ? '' : undefined}>
      <video ref={video} muted={silent} autoPlay playsInline aria-label={label} data-empty={stream ? undefined : ''} />
      {stream ? null : <div className={css.empty}>{fallback}</div>}
      {children}
    </div>
  );
}
