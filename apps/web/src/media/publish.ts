import type { types } from 'mediasoup-client';
import { atom, type ReadableAtom } from 'nanostores';
import type { MediaGrant } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { Backoff, hostAlone } from './backoff.ts';
import { breakOf, openLine, preloadLibrary, type Break, type Line } from './line.ts';
import { readSending, type SendStats } from './send-stats.ts';

export type PublisherState =
  | 'connecting'
  | 'sending'
  | 'reconnecting'
  | 'superseded' // another page or device of the host is on air now; this one stays off until it is started again
  | 'ended'
  | 'failed'; // `error` says why; trying again would not help

export interface Publisher {
  state: ReadableAtom<PublisherState>;
  /** Renewed each second while media is sent, null otherwise. */
  stats: ReadableAtom<SendStats | null>;
  error: ReadableAtom<ApiError | null>;
  /** Changes the camera, the microphone or what is shared, without a break for the viewers. */
  replaceTrack(track: MediaStreamTrack): Promise<void>;
  setMuted(muted: boolean): void;
  /** Leaves the air. The tracks of the stream go on: they are the caller's. */
  stop(): void;
}

interface Options {
  /** Asks for a broadcast, each time anew: `shows.goLive`. */
  getGrant: () => Promise<MediaGrant>;
  stream: MediaStream;
  /** A guest follows the show: whichever broadcast it has next is theirs too, until the grant is refused or their link is used elsewhere. */
  guest?: boolean;
  /** Most bits per second for the picture. */
  maxBitrate?: number;
}

const STEADY_MS = 5_000;
const START_KBPS = 1_200;
/** Who has a narrow line is given a smaller picture, by WebRTC and by LL-HLS, instead of one that stops. A guest is small on most screens, and sends one. */
const SMALL_BITRATE = 450_000;

/** Refusals that another attempt would only repeat. */
const final = new Set(['unauthenticated', 'forbidden', 'not_a_host', 'banned', 'show_ended', 'unsupported_media']);

/**
 * Sends a camera and a microphone, and does so again whenever the line breaks, the worker dies or the media process
 * restarts. It gives up only when told to, when the host is on air elsewhere, or when the server says no for good.
 */
export function createPublisher({ getGrant, stream, guest = false, maxBitrate = 2_500_000 }: Options): Publisher {
  const state = atom<PublisherState>('connecting');
  const stats = atom<SendStats | null>(null);
  const error = atom<ApiError | null>(null);
  const tracks = new Map(stream.getTracks().map((track) => [track.kind, track]));
  const producers = new Map<string, types.Producer>();
  const backoff = new Backoff(hostAlone);
  let muted = false;
  let line: Line | null = null;
  let opening: AbortController | null = null;
  let replaced = false;
  let stopped = false;

  const finish = (last: PublisherState, why: ApiError | null = null) => {
    if (stopped) return;
    stopped = true;
    window.removeEventListener('online', onOnline);
    opening?.abort();
    line?.breakNow({ kind: 'lost' });
    stats.set(null);
    error.set(why);
    state.set(last);
    backoff.wake();
  };
  const onOnline = () => {
    opening?.abort();
    if (line && line.transport.connectionState !== 'connected') line.breakNow({ kind: 'path' });
    backoff.wake();
  };
  window.addEventListener('online', onOnline);

  async function send(on: Line, track: MediaStreamTrack): Promise<void> {
    const video = track.kind === 'video';
    const codec = video ? videoCodec(on.device) : undefined;
    const twice = codec?.mimeType.toLowerCase() === 'video/h264' && !guest && canEncodeTwice(track);
    const encodings = twice
      ? [{ scaleResolutionDownBy: 2, maxBitrate: SMALL_BITRATE }, { maxBitrate }]
      : [{ maxBitrate }];
    const producer = await on.transport.produce({
      track,
      codec,
      encodings: video ? encodings : undefined,
      codecOptions: video
        ? { videoGoogleStartBitrate: START_KBPS * encodings.length }
        : { opusFec: true, opusDtx: false, opusMaxAverageBitrate: 96_000 },
      stopTracks: false,
      disableTrackOnPause: false,
      appData: { source: video ? 'camera' : 'microphone' },
    });
    producers.set(track.kind, producer);
    if (video && producer.rtpSender) await preferMotionAndDetail(producer.rtpSender);
    // The track may have been replaced while this one was negotiated.
    const wanted = tracks.get(track.kind);
    if (wanted && wanted !== track) await producer.replaceTrack({ track: wanted });
  }

  /** Sends over one line for as long as it holds. */
  async function session(): Promise<Break> {
    const grant = await getGrant();
    if (stopped) return { kind: 'lost' };
    opening = new AbortController();
    const on = await openLine(grant, 'send', { signal: opening.signal }).finally(() => (opening = null));
    line = on;
    on.socket.on('participant.replaced', () => {
      replaced = true;
      on.breakNow({ kind: 'lost' });
    });
    on.transport.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
      const { source } = appData as { source: 'camera' | 'microphone' };
      on.socket
        .request('producer.create', { transportId: on.transport.id, kind, source, rtpParameters: { ...rtpParameters } })
        .then(({ producerId }) => done({ id: producerId }), fail);
    });
    let watching: ReturnType<typeof setInterval> | undefined;
    let steady: ReturnType<typeof setTimeout> | undefined;
    try {
      await Promise.race([Promise.all([...tracks.values()].map((track) => send(on, track))), on.broken]);
      on.transport.on('connectionstatechange', (now) => now === 'connected' && !stopped && state.set('sending'));
      if (on.transport.connectionState === 'connected' && !stopped) state.set('sending');
      steady = setTimeout(() => backoff.reset(), STEADY_MS);
      const read = readSending(on.transport);
      watching = setInterval(() => {
        read().then(
          (now) => stats.set(stopped ? null : now),
          () => undefined, // the transport closed under the question
        );
      }, 1_000);
      return await on.broken;
    } finally {
      clearInterval(watching);
      clearTimeout(steady);
      on.close();
      line = null;
      producers.clear();
      stats.set(null);
    }
  }

  async function run(): Promise<void> {
    while (!stopped) {
      const why = await session().catch(breakOf);
      if (stopped) return;
      if (replaced || (!guest && why.kind === 'ended' && why.reason === 'superseded')) return finish('superseded');
      if (!guest && why.kind === 'ended' && why.reason === 'host_ended') return finish('ended');
      if (why.kind === 'refused' && final.has(why.error.code)) {
        return finish(why.error.code === 'show_ended' ? 'ended' : 'failed', why.error);
      }
      state.set('reconnecting');
      await backoff.pause();
    }
  }
  preloadLibrary();
  void run();

  return {
    state,
    stats,
    error,
    async replaceTrack(track) {
      if (track.kind === 'audio') track.enabled = !muted;
      tracks.set(track.kind, track);
      const producer = producers.get(track.kind);
      if (producer) await producer.replaceTrack({ track });
      else if (line && state.get() === 'sending') await send(line, track);
    },
    setMuted(now) {
      muted = now;
      const microphone = tracks.get('audio');
      if (microphone) microphone.enabled = !now;
    },
    stop: () => finish('ended'),
  };
}

/** H264 where the browser can encode it: cheapest there, and a packager can pass it on as it is. */
function videoCodec(device: types.Device): types.RtpCodecCapability | undefined {
  const codecs = device.sendRtpCapabilities.codecs ?? [];
  const named = (name: string) => codecs.find(({ mimeType }) => mimeType.toLowerCase() === name);
  return named('video/h264') ?? named('video/vp8');
}

/** A second picture of half the size is worth sending of a large one only, and fewer than four cores have enough to do with one. */
function canEncodeTwice(track: MediaStreamTrack): boolean {
  return (track.getSettings().height ?? 0) >= 480 && navigator.hardwareConcurrency >= 4;
}

/** A narrow line costs some sharpness and some frames, not all of one of them: goods are shown in hands that move. */
async function preferMotionAndDetail(sender: RTCRtpSender): Promise<void> {
  const parameters = sender.getParameters() as RTCRtpSendParameters & { degradationPreference?: string };
  parameters.degradationPreference = 'balanced';
  // A preference only; a browser that does not know it refuses the whole set.
  await sender.setParameters(parameters).catch(() => undefined);
}
