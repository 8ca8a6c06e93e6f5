import { io, type Socket } from 'socket.io-client';
import { atom } from 'nanostores';
import type { Ack } from '#contracts/errors';
import type { MediaEvents, MediaPushes } from '#contracts/media';
import type { RoomEvents, RoomPushes } from '#contracts/room';
import type { MediaGrant } from '#contracts/shows';
import type { EventReply, EventRequest, ServerToClient } from '#contracts/socket';
import type * as z from 'zod/mini';
import { ApiError, guest } from './api.ts';

const ACK_TIMEOUT_MS = 5_000;

type Pushes = Record<string, z.core.$ZodType>;
type PushData<P extends Pushes, N extends keyof P> = z.output<P[N]>;

/** Sends one event and waits for its acknowledgement. Nothing is queued while offline: the caller decides what may be repeated. */
async function ask<T>(socket: Socket, event: string, payload: unknown): Promise<T> {
  let answer: Ack<T>;
  try {
    answer = (await socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, payload)) as Ack<T>;
  } catch {
    throw ApiError.unavailable(`no acknowledgement of ${event}`);
  }
  if (!answer.ok) throw ApiError.of(answer.error);
  return answer.data;
}

function listen<P extends Pushes, N extends keyof P & string>(
  socket: Socket,
  event: N,
  handler: ServerToClient<P>[N],
): () => void {
  const listener = handler as (data: unknown) => void;
  socket.on(event as string, listener);
  return () => void socket.off(event as string, listener);
}

/** A guest is needed before the handshake, and the api may just be restarting: it is asked again until it answers. */
async function guestToken(): Promise<string> {
  for (let wait = 500; ; wait = Math.min(4_000, wait * 2)) {
    try {
      return (await guest()).token;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait * (0.5 + Math.random())));
    }
  }
}

let socket: Socket | null = null;
let asGuest = false;

const status = atom<'connecting' | 'online' | 'offline'>('connecting');
/** Set when the server ended the session on purpose; the connection then does not come back. */
const ended = atom<'banned' | 'signed_out' | null>(null);

function connection(): Socket {
  if (socket) return socket;
  const made = io(window.location.origin, {
    path: '/socket.io',
    transports: ['websocket'],
    autoConnect: false,
    reconnectionDelay: 300,
    reconnectionDelayMax: 4_000,
    randomizationFactor: 0.5,
    timeout: 8_000,
    auth: (send) => {
      if (asGuest) void guestToken().then((token) => send({ guest: token }));
      else send({});
    },
  });
  made.on('connect', () => status.set('online'));
  made.on('disconnect', (reason) => {
    status.set(ended.get() ? 'offline' : navigator.onLine ? 'connecting' : 'offline');
    // socket.io stays away after a server's goodbye; only `session.ended` means that.
    if (reason === 'io server disconnect' && !ended.get()) setTimeout(() => made.connect(), 300 + Math.random() * 700);
  });
  made.on('connect_error', () => {
    status.set(navigator.onLine ? 'connecting' : 'offline');
    // A refusal by the server's middleware ends socket.io's own attempts.
    if (!made.active && !ended.get()) setTimeout(() => made.connect(), 1_000 + Math.random() * 3_000);
  });
  made.on('session.ended', ({ reason }: PushData<RoomPushes, 'session.ended'>) => {
    ended.set(reason);
    made.disconnect();
  });
  window.addEventListener('offline', () => {
    status.set('offline');
    made.io.engine?.close(); // a dead line is noticed now and not by the next missed ping
  });
  window.addEventListener('online', () => {
    if (!made.connected && !ended.get()) {
      status.set('connecting');
      made.connect();
    }
  });
  socket = made;
  return made;
}

export const realtime = {
  status,
  ended,
  /** Opens the one connection. A viewer is known by a guest token, staff by their session cookie. */
  open(as: 'viewer' | 'staff'): void {
    asGuest ||= as === 'viewer';
    const opened = connection();
    if (!opened.active && !ended.get()) opened.connect();
  },
  request<N extends keyof RoomEvents & string>(
    event: N,
    payload: EventRequest<RoomEvents, N>,
  ): Promise<EventReply<RoomEvents, N>> {
    const opened = connection();
    if (!opened.connected) return Promise.reject(ApiError.unavailable('not connected'));
    return ask(opened, event, payload);
  },
  on<N extends keyof RoomPushes & string>(event: N, handler: ServerToClient<RoomPushes>[N]): () => void {
    return listen<RoomPushes, N>(connection(), event, handler);
  },
  /** Calls `fn` on every connection, and at once when there is one: where a room is joined again. */
  onConnect(fn: () => void): () => void {
    const opened = connection();
    opened.on('connect', fn);
    if (opened.connected) fn();
    return () => void opened.off('connect', fn);
  },
};

export interface MediaSocket {
  request<N extends keyof MediaEvents & string>(
    event: N,
    payload: EventRequest<MediaEvents, N>,
  ): Promise<EventReply<MediaEvents, N>>;
  on<N extends keyof MediaPushes & string>(event: N, handler: ServerToClient<MediaPushes>[N]): () => void;
  /** The line to the media process broke or was refused. It does not come back: ask for a new grant and open another. */
  onClose(fn: (error: ApiError) => void): () => void;
  close(): void;
}

/** A line of its own to the media process that a grant names. Requests made before it stands wait for it, within their time-out. */
export function openMedia(grant: MediaGrant): MediaSocket {
  const line = io(grant.url, {
    path: '/media',
    transports: ['websocket'],
    auth: { grant: grant.grant },
    forceNew: true,
    reconnection: false,
    timeout: 8_000,
  });
  return {
    request: (event, payload) => ask(line, event, payload),
    on: (event, handler) => listen<MediaPushes, typeof event>(line, event, handler),
    onClose(fn) {
      const onDisconnect = (reason: string) => {
        if (reason !== 'io client disconnect') fn(ApiError.unavailable(reason));
      };
      const onRefused = (error: Error & { data?: Parameters<typeof ApiError.of>[0] }) =>
        fn(error.data?.code ? ApiError.of(error.data) : ApiError.unavailable(error.message));
      line.on('disconnect', onDisconnect);
      line.on('connect_error', onRefused);
      return () => {
        line.off('disconnect', onDisconnect);
        line.off('connect_error', onRefused);
      };
    },
    close: () => void line.disconnect(),
  };
}
