import type { types } from 'mediasoup-client';
import { atom, type ReadableAtom } from 'nanostores';
import type { MediaGrant } from '#contracts/shows';
import { Backoff, hostAlone } from './backoff.ts';
import { GuestStreams, type Streams } from './guest-streams.ts';
import { breakOf, openLine, type Line } from './line.ts';

/** Under this name a monitor has what the host sends. */
export const HOST = 'host';

export interface Monitor {
  streams: ReadableAtom<Streams>;
  stop(): void;
}

const STEADY_MS = 5_000;
/** Nobody is served by asking on. */
const final = new Set(['banned', 'forbidden', 'unauthenticated', 'show_ended', 'unsupported_media']);

/**
 * All that a grant may receive, for those who take part: the host's desk and guests. It comes back by itself, like a viewer's player,
 * but keeps nobody's last picture.
 */
export function createMonitor({ getGrant }: { getGrant: () => Promise<MediaGrant> }): Monitor {
  const streams = atom<Streams>(new Map());
  const backoff = new Backoff(hostAlone);
  let line: Line | null = null;
  let stopped = false;

  async function session() {
    const on = await openLine(await getGrant(), 'receive');
    line = on;
    if (stopped) on.breakNow({ kind: 'lost' });
    const seen = new GuestStreams((now) => streams.set(now));
    let refreshing = Promise.resolve();
    const refresh = () => {
      refreshing = refreshing.then(() => consume(on, seen));
      refreshing.catch((error: unknown) => on.breakNow(breakOf(error)));
    };
    on.socket.on('producers.changed', ({ removed }) => {
      for (const id of removed) seen.drop(id);
      refresh();
    });
    refresh();
    const steady = setTimeout(() => backoff.reset(), STEADY_MS);
    const why = await on.broken;
    clearTimeout(steady);
    seen.clear();
    on.close();
    line = null;
    return why;
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const why = await session().catch(breakOf);
      if (stopped || (why.kind === 'refused' && final.has(why.error.code))) return;
      await backoff.pause();
    }
  }
  const onOnline = () => backoff.wake();
  window.addEventListener('online', onOnline);
  void run();

  return {
    streams,
    stop() {
      stopped = true;
      window.removeEventListener('online', onOnline);
      line?.breakNow({ kind: 'lost' });
      backoff.wake();
    },
  };
}

async function consume(on: Line, seen: GuestStreams): Promise<void> {
  const { consumers } = await on.socket.request('consumer.createAll', {
    transportId: on.transport.id,
    rtpCapabilities: { ...on.device.recvRtpCapabilities },
    guests: true,
  });
  for (const { id, producerId, kind, participantId = HOST, rtpParameters } of consumers) {
    if (seen.has(producerId)) continue;
    const parameters = rtpParameters as unknown as types.RtpParameters;
    const streamId = participantId;
    seen.add(participantId, await on.transport.consume({ id, producerId, kind, rtpParameters: parameters, streamId }));
    await on.socket.request('consumer.resume', { consumerId: id });
  }
}
