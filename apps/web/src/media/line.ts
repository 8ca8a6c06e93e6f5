import type { types } from 'mediasoup-client';
import type { EventReply } from '#contracts/socket';
import type { MediaEvents } from '#contracts/media';
import type { EndReason, MediaGrant } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { openMedia, type MediaSocket } from '../realtime.ts';

/** Long enough for a slow phone, short enough that a line lost in the dark is given up before people are. */
const OPEN_MS = 5_000;
const CONNECT_MS = 6_000;
/** A path that is interrupted for longer is rebuilt, which takes half a second; waiting for it to fail takes fifteen. */
const INTERRUPTED_MS = 2_500;

export type Break =
  | { kind: 'ended'; reason: EndReason } // the broadcast is over
  | { kind: 'refused'; error: ApiError } // the media process answered no
  | { kind: 'lost' } // the socket broke
  | { kind: 'path' }; // the socket stands, but media does not get through

/** A connection to a media process: signalling, and one transport in one direction. It breaks once. */
export interface Line {
  hello: EventReply<MediaEvents, 'media.hello'>;
  socket: MediaSocket;
  device: types.Device;
  transport: types.Transport;
  /** Resolves when it breaks. */
  broken: Promise<Break>;
  breakNow(why: Break): void;
  /** Ends the signalling; with `keepPicture` the transport stays, so that the last picture does, until `transport.close()`. */
  close(options?: { keepPicture?: boolean }): void;
}

/** Names what went wrong with any call of a session. */
export function breakOf(error: unknown): Break {
  // A browser that cannot do WebRTC, or no codec that both sides know.
  if (error instanceof Error && error.name === 'UnsupportedError') {
    return { kind: 'refused', error: new ApiError('unsupported_media', error.message, '', 0) };
  }
  if (!(error instanceof ApiError)) return { kind: 'path' };
  return error.code === 'unavailable' ? { kind: 'lost' } : { kind: 'refused', error };
}

const loadLibrary = () => import('mediasoup-client');

/** Fetches the library while the grant is asked for. */
export function preloadLibrary(): void {
  // A failure is met again, and dealt with, where it is needed.
  loadLibrary().catch(() => undefined);
}

/**
 * Opens a line. The library, the socket's greeting and the transport are asked for at once, so that it takes two round trips.
 * @throws ApiError when the media process refuses or does not answer in time.
 */
export async function openLine(
  grant: MediaGrant,
  direction: 'send' | 'receive',
  { forceTcp = false, signal }: { forceTcp?: boolean; signal?: AbortSignal } = {},
): Promise<Line> {
  const socket = openMedia(grant);
  let tell: (why: Break) => void = () => undefined;
  const broken = new Promise<Break>((resolve) => (tell = resolve));
  const parts: { transport?: types.Transport; timer?: ReturnType<typeof setTimeout> } = {};
  const close = ({ keepPicture = false } = {}) => {
    clearTimeout(parts.timer);
    if (!keepPicture) parts.transport?.close();
    socket.close();
  };
  // Whoever waits for `broken` closes: they know what is still on a screen.
  const breakNow = (why: Break) => tell(why);
  const abort = () => breakNow({ kind: 'lost' });
  signal?.addEventListener('abort', abort);
  socket.onClose((error) => breakNow(breakOf(error)));
  socket.on('broadcast.ended', ({ reason }) => breakNow({ kind: 'ended', reason }));

  const opened = Promise.all([
    loadLibrary(),
    socket.request('media.hello', {}),
    socket.request('transport.create', { direction, forceTcp }),
  ]);
  try {
    const [{ Device }, hello, info] = await within(OPEN_MS, opened, broken);
    const device = await Device.factory();
    await device.load({ routerRtpCapabilities: hello.rtpCapabilities as types.RtpCapabilities });
    const options = info as unknown as types.TransportOptions;
    const transport = direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
    parts.transport = transport;
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      parts.timer = setTimeout(() => breakNow({ kind: 'path' }), CONNECT_MS);
      socket
        .request('transport.connect', { transportId: transport.id, dtlsParameters: { ...dtlsParameters } })
        .then(done, fail);
    });
    transport.on('connectionstatechange', (state) => {
      if (state === 'connected') clearTimeout(parts.timer);
      if (state === 'failed') breakNow({ kind: 'path' });
      if (state === 'disconnected') {
        clearTimeout(parts.timer);
        parts.timer = setTimeout(() => breakNow({ kind: 'path' }), INTERRUPTED_MS);
      }
    });
    return { hello, socket, device, transport, broken, breakNow, close };
  } catch (error) {
    opened.catch(() => undefined);
    close();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** @throws ApiError when the line breaks or the time is over before `work` is done. */
async function within<T>(ms: number, work: Promise<T>, broken: Promise<Break>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(ApiError.unavailable('the media process does not answer')), ms);
  });
  const cut = broken.then((why): never => {
    throw why.kind === 'refused' ? why.error : ApiError.unavailable(why.kind === 'ended' ? why.reason : why.kind);
  });
  try {
    return await Promise.race([work, cut, late]);
  } finally {
    clearTimeout(timer);
    cut.catch(() => undefined);
  }
}
