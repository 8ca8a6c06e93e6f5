import { atom } from 'nanostores';
import { serverNow } from '../clock.ts';
import { createPlayer, type Player } from '../media/player.ts';
import { nextSeen, roomAsSeen } from '../room/as-seen.ts';
import type { RoomActions } from '../room/connection.ts';

const HEARTBEAT_MS = 10_000;

export type RoomOfPicture = Pick<RoomActions, 'watchGrant' | 'heartbeat' | 'known' | 'look'>;

/** Plays a show in a container, tells the room each ten seconds how it is watched, and shows the room as late as the picture. */
export function play(room: RoomOfPicture, container: HTMLElement): Player {
  const player = createPlayer({ getGrant: room.watchGrant, container });
  const stops = [tellHowWatched(room, player), showAsSeen(room, player)];
  return {
    ...player,
    stop() {
      for (const stop of stops) stop();
      player.stop();
    },
  };
}

/** At once when the picture begins and when its path changes, and each ten seconds. */
function tellHowWatched(room: RoomOfPicture, { state, path, latency }: Player): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let told = '';
  const tell = () => {
    const delay = latency.get();
    const now = path.get();
    room.heartbeat({ ...(now && { path: now }), ...(delay !== null && { delayMs: Math.round(delay) }) });
  };
  const changed = () => {
    const plays = state.get() === 'playing' || state.get() === 'blocked';
    const now = plays ? String(path.get()) : '';
    if (now === told) return;
    told = now;
    clearInterval(timer);
    if (!plays) return;
    tell();
    timer = setInterval(tell, HEARTBEAT_MS);
  };
  const stops = [state.subscribe(changed), path.subscribe(changed)];
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

function showAsSeen(room: RoomOfPicture, { behind }: Player): () => void {
  const seen = atom(room.known.get());
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = () => {
    clearTimeout(timer);
    const behindMs = behind.get();
    if (behindMs === 0) return room.look(null);
    const now = serverNow();
    seen.set(roomAsSeen(room.known.get(), behindMs, now));
    room.look(seen);
    const next = nextSeen(room.known.get(), behindMs, now);
    if (next !== null) timer = setTimeout(draw, next + 1);
  };
  const stops = [room.known.listen(draw), behind.subscribe(draw)];
  return () => {
    clearTimeout(timer);
    for (const stop of stops) stop();
    room.look(null);
  };
}
