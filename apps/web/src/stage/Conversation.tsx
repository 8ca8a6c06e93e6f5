import { useStore } from '@nanostores/react';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { MOST_ON_AIR, participantBitrate, stageApi, type Seat } from '#contracts/stage';
import { call } from '../api.ts';
import { createMonitor, type Monitor } from '../media/monitor.ts';
import { createPublisher, type Publisher } from '../media/publish.ts';
import type { Camera } from '../studio/camera.ts';
import { useAwake } from '../studio/useAwake.ts';
import { Notice } from '../ui/states.tsx';
import { arrange, HOST } from './arrange.ts';
import { NamePlate, Picture, placeOf } from './Picture.tsx';
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
  // One other leaves a corner free for one's own picture; of more, it would cover somebody.
  const among = others.onAir.length > 0 && others.onAir.length < MOST_ON_AIR;
  const { tiles, own } = useMemo(() => {
    const me = { id: participantId, name: '', role, muted: false };
    const onAir = among ? [...others.onAir, me] : others.onAir;
    const mainId = others.mainId === participantId ? null : others.mainId;
    const all = arrange({ layout: 'side_by_side', onAir, mainId }, 'landscape');
    return { tiles: all.filter(({ id }) => id !== participantId), own: all.find(({ id }) => id === participantId) };
  }, [others, among, participantId, role]);
  const nameOf = (id: string) =>
    id === HOST ? show.hostName : (others.onAir.find((one) => one.id === id)?.name ?? '');
  return (
    <div className={css.conversation}>
      {line ? <Others line={line} tiles={tiles} nameOf={nameOf} waits={t.hostAway} /> : null}
      <div className={own ? css.among : css.self} style={own && placeOf(own)}>
        {children}
      </div>
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
