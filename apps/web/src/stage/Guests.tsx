import { useLayoutEffect, useMemo, type CSSProperties } from 'react';
import type { Stage } from '#contracts/stage';
import type { Streams } from '../media/guest-streams.ts';
import { arrange, HOST, type Tile } from './arrange.ts';
import css from './Guests.module.css';
import { NamePlate, Picture, placeOf } from './Picture.tsx';
import { useStageText } from './texts.ts';

/** As a guest's picture has it that lies on another. */
const inset: CSSProperties = {
  zIndex: 'calc(var(--z-scrim) + 1)',
  overflow: 'hidden',
  borderRadius: 'var(--r-2)',
  boxShadow: 'var(--shadow-1)',
};

interface GuestsProps {
  stage: Stage;
  hostName: string;
  streams: Streams;
  portrait: boolean;
  silent: boolean;
  /** Where the host's picture is to stand; undefined gives it the whole stage back. */
  onHostPlace: (place: CSSProperties | undefined) => void;
}

/** The pictures of those who are on air beside the host, and everybody's name. A chunk of its own: most shows have one person. */
export default function Guests({ stage, hostName, streams, portrait, silent, onHostPlace }: GuestsProps) {
  const t = useStageText();
  const tiles = useMemo(() => arrange(stage, portrait ? 'portrait' : 'landscape'), [stage, portrait]);
  const host = tiles.find(({ id }) => id === HOST);
  useLayoutEffect(() => {
    onHostPlace(host ? { ...placeOf(host), objectFit: 'cover', ...(host.inset && inset) } : { visibility: 'hidden' });
  }, [host, onHostPlace]);
  useLayoutEffect(() => () => onHostPlace(undefined), [onHostPlace]);
  // On a phone the lower edge of a picture belongs to others.
  const edge = (tile: Tile) => (!portrait || tile.inset ? 'bottom' : tile.top > 0 ? 'top' : 'head');
  return (
    <div className={css.guests} data-testid="guests">
      {stage.onAir.map(({ id, name, muted }) => {
        const tile = tiles.find((one) => one.id === id);
        const stream = streams.get(id) ?? null;
        // Whoever has no picture in this layout is heard all the same.
        if (!tile) return <Sound key={id} stream={stream} silent={silent} />;
        return (
          <Picture
            key={id}
            tile={tile}
            stream={stream}
            silent={silent}
            label={t.pictureOf({ name })}
            fallback={t.comesBack({ name })}
          >
            <NamePlate name={name} muted={muted} edge={edge(tile)} />
          </Picture>
        );
      })}
      {host && tiles.length > 1 ? (
        <div className={css.host} style={placeOf(host)}>
          <NamePlate name={hostName} edge={edge(host)} />
        </div>
      ) : null}
    </div>
  );
}

function Sound({ stream, silent }: { stream: MediaStream | null; silent: boolean }) {
  return (
    <audio
      autoPlay
      muted={silent}
      ref={(element) => {
        if (element && element.srcObject !== stream) element.srcObject = stream;
      }}
    />
  );
}
