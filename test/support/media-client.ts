import { io, type Socket } from 'socket.io-client';
import type { Ack } from '#contracts/errors';
import type { MediaEvents, MediaPushes } from '#contracts/media';
import type { EventReply, EventRequest, ServerToClient } from '#contracts/socket';

type PushOf<N extends keyof MediaPushes & string> = Parameters<ServerToClient<MediaPushes>[N]>[0];

/** A line to a media process as a browser opens it, with everything that was pushed kept for later questions. */
export class MediaClient {
  readonly #pushed: { event: string; data: unknown }[] = [];
  readonly #listeners = new Set<() => void>();
  readonly socket: Socket;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((event: string, data: unknown) => {
      this.#pushed.push({ event, data });
      for (const listener of [...this.#listeners]) listener();
    });
    socket.on('disconnect', () => {
      this.closed = true;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** @throws the error of `connect_error`; a refusal by the media process has its code as `data.code`. */
  static async open(url: string, grant: unknown, { origin }: { origin?: string } = {}): Promise<MediaClient> {
    const socket = io(url, {
      path: '/media',
      transports: ['websocket'],
      auth: { grant },
      forceNew: true,
      reconnection: false,
      extraHeaders: origin ? { origin } : {},
    });
    const client = new MediaClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return client;
  }

  /** The whole answer, refusals included. */
  async ask(event: string, ...payload: unknown[]): Promise<Ack<Record<string, unknown>>> {
    return (await this.socket.timeout(10_000).emitWithAck(event, ...payload)) as Ack<Record<string, unknown>>;
  }

  /** The data of an answer that has to be good. */
  async request<N extends keyof MediaEvents & string>(
    event: N,
    payload: EventRequest<MediaEvents, N>,
  ): Promise<EventReply<MediaEvents, N>> {
    const answer = await this.ask(event, payload);
    if (!answer.ok) throw new Error(`${event}: ${JSON.stringify(answer.error)}`);
    return answer.data as EventReply<MediaEvents, N>;
  }

  /** Resolves with the first push of that name, be it past or to come. */
  pushed<N extends keyof MediaPushes & string>(
    event: N,
    fits: (data: PushOf<N>) => boolean = () => true,
  ): Promise<PushOf<N>> {
    return this.#until(() => {
      const found = this.#pushed.find((push) => push.event === event && fits(push.data as PushOf<N>));
      return found?.data as PushOf<N> | undefined;
    });
  }

  async gone(): Promise<void> {
    await this.#until(() => (this.closed ? true : undefined));
  }

  close(): void {
    this.socket.disconnect();
  }

  #until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const listener = () => {
        const found = look();
        if (found === undefined) return;
        this.#listeners.delete(listener);
        resolve(found);
      };
      this.#listeners.add(listener);
      listener();
    });
  }
}
