import { useStore } from '@nanostores/react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { participantBitrate, stageApi, type Seat } from '#contracts/stage';
import { call } from '../api.ts';
import { createMonitor, type Monitor } from '../media/monitor.ts';
import { createPublisher, type Publisher } from '../media/publish.ts';
import type { Camera } from '../studio/camera.ts';
import { useAwake } from '../studio/useAwake.ts';
import { Notice } from '../ui/states.tsx';
import { arrange, HOST } from './arrange.ts';
import { NamePlate, Picture } from './Picture.tsx';
import css from './StagePage.module.css';
import { useStageText } from './texts.ts';

const SOUND_BITRATE = 96_000;

interface ConversationProps {
  seat: Seat;
  token: string;
  camera: Camera;
  stream: MediaStream;
  /** One's own picture. */
  children: ReactNode;
}

/** Sends one's own camera and shows the others, for as long as it stands. */
export function Conversation({ seat, token, camera, stream, children }: ConversationProps) {
  const t = useStageText();
  const { role, participantId, stage, show } = seat;
  const [line, setLine] = useState<{ publisher: Publisher; monitor: Monitor } | null>(null);
  useAwake(true);
  useEffect(() => {
    const getGrant = () => call(stageApi.enter, { token });
    const maxBitrate = participantBitrate[role] - SOUND_BITRATE;
    const publisher = createPublisher({ getGrant, stream, guest: true, maxBitrate });
    const monitor = createMonitor({ getGrant });
    setLine({ publisher, monitor });
    const stopTracks = camera.onTrack((track) => void publisher.replaceTrack(track).catch(() => undefined));
    const stopMuted = camera.muted.subscribe((muted) => publisher.setMuted(muted));
    return () => {
      stopTracks();
      stopMuted();
      publisher.stop();
      monitor.stop();
    };
  }, [token, role, stream, camera]);
  const others = useMemo(
    () => ({ ...stage, onAir: stage.onAir.filter(({ id }) => id !== participantId) }),
    [stage, participantId],
  );
  const tiles = useMemo(() => arrange({ ...others, layout: 'side_by_side' }, 'landscape'), [others]);
  const nameOf = (id: string) =>
    id === HOST ? show.hostName : (others.onAir.find((one) => one.id === id)?.name ?? '');
  return (
    <div className={css.conversation}>
      {line ? <Others line={line} tiles={tiles} nameOf={nameOf} waits={t.hostAway} /> : null}
      <div className={css.self}>{children}</div>
      {line ? <Replaced publisher={line.publisher} /> : null}
    </div>
  );
}

interface OthersProps {
  line: { monitor: Monitor };
  tiles: ReturnType<typeof arrange>;
  nameOf: (id: string) => string;
  waits: string;
}

function Others({ line, tiles, nameOf, waits }: OthersProps) {
  const t = useStageText();
  const streams = useStore(line.monitor.streams);
  return tiles.map((tile) => {
    const name = nameOf(tile.id);
    const fallback = tile.id === HOST ? waits : t.comesBack({ name });
    const stream = streams.get(tile.id) ?? null;
    return (
      <Picture
        key={tile.id}
        tile={tile}
        stream={stream}
        silent={false}
        label={t.pictureOf({ name })}
        fallback={fallback}
      >
        <NamePlate name={name} />
      </Picture>
    );
  });
}

function Replaced({ publisher }: { publisher: Publisher }) {
  const t = useStageText();
  const state = useStore(publisher.state);
  if (state !== 'superseded' && state !== 'failed') return null;
  return (
    <div className={css.notice}>
      <Notice tone="caution">{state === 'superseded' ? t.elsewhere : t.cannotSend}</Notice>
    </div>
  );
}
