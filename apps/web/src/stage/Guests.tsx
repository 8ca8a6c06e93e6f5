import { useLayoutEffect, useMemo, type CSSProperties } from 'react';
import type { Stage } from '#contracts/stage';
import type { Streams } from '../media/guest-streams.ts';
import { arrange, HOST } from './arrange.ts';
import css from './Guests.module.css';
import { NamePlate, Picture, placeOf } from './Picture.tsx';
import { useStageText } from './texts.ts';

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
    onHostPlace(host ? { ...placeOf(host), objectFit: 'cover', zIndex: host.inset ? 1 : 0 } : { visibility: 'hidden' });
  }, [host, onHostPlace]);
  useLayoutEffect(() => () => onHostPlace(undefined), [onHostPlace]);
  const above = (top: number) => portrait && top > 0;
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
            <NamePlate name={name} muted={muted} above={above(tile.top) && !tile.inset} />
          </Picture>
        );
      })}
      {host && tiles.length > 1 ? (
        <div className={css.host} style={placeOf(host)}>
          <NamePlate name={hostName} above={above(host.top) && !host.inset} />
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
