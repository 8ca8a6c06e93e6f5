import type { types } from 'mediasoup';
import { io, type Socket } from 'socket.io-client';
import type { Ack, ErrorBody } from '#contracts/errors';
import type { MediaPushes } from '#contracts/media';
import type { RelayEvents } from '#contracts/relay';
import type { ClientToServer, EventReply, EventRequest, ServerToClient } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import { signService } from '#platform/grants';
import { logger } from '#platform/logger';
import type { Broadcast } from '../broadcast.ts';
import { KEYFRAME_SPACING_MS } from '../participant.ts';
import { answering } from '../refusal.ts';
import { connectPipe, endOf, openPipe } from './pipe.ts';

type RelaySocket = Socket<ServerToClient<MediaPushes>, ClientToServer<RelayEvents>>;

const CONNECT_MS = 3_000;
const ACK_MS = 3_000;
const LOOK_MS = 5_000;
/** Looks in a row that found nobody watching, before the pipe is given up. */
const EMPTY_LOOKS = 2;

/**
 * The far end of a pipe: brings a broadcast of another media process to viewers of this one. Whatever breaks it ends the
 * broadcast here, and here alone: its viewers ask again and are sent where they can be served.
 */
export class Inlet {
  readonly #broadcast: Broadcast;
  readonly #socket: RelaySocket;
  readonly #producers = new Map<string, types.Producer>();
  #transport: types.PipeTransport | null = null;
  #fetching: Promise<void> = Promise.resolve();
  readonly #looking: NodeJS.Timeout;

  private constructor(broadcast: Broadcast, socket: RelaySocket) {
    this.#broadcast = broadcast;
    this.#socket = socket;
    let empty = 0;
    this.#looking = setInterval(() => {
      empty = broadcast.connections === 0 ? empty + 1 : 0;
      if (empty >= EMPTY_LOOKS) broadcast.end('media_lost');
    }, LOOK_MS);
    socket.on('disconnect', (why) => {
      logger.warn({ broadcastId: broadcast.id, why }, 'the process that has the broadcast is gone');
      broadcast.end('media_lost');
    });
    socket.on('broadcast.ended', ({ reason }) => broadcast.end(reason));
    socket.on('producers.changed', ({ added, removed }) => void this.#changed(added, removed));
    socket.on('producer.paused', ({ producerId, paused }) => this.#paused(producerId, paused));
  }

  /**
   * Fills an empty broadcast of this process.
   * @param originUrl control URL of the process that has it
   * @throws AppError as the other process refuses, or `unavailable` when it does not answer.
   */
  static async open(broadcast: Broadcast, originUrl: string): Promise<Inlet> {
    const socket: RelaySocket = io(`${originUrl}/relay`, {
      path: '/media',
      transports: ['websocket'],
      auth: { token: await signService(), broadcastId: broadcast.id },
      forceNew: true,
      reconnection: false,
      timeout: CONNECT_MS,
    });
    const inlet = new Inlet(broadcast, socket);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve);
        socket.once('connect_error', (error) => reject(refused((error as { data?: ErrorBody }).data)));
      });
      const transport = (inlet.#transport = await openPipe(broadcast.router));
      await connectPipe(transport, await inlet.#ask('relay.open', endOf(transport)));
      await inlet.#fetch();
      return inlet;
    } catch (error) {
      inlet.close();
      throw error;
    }
  }

  /** The broadcast is over here. Its router takes the pipe with it. */
  close(): void {
    clearInterval(this.#looking);
    this.#socket.off('disconnect');
    this.#socket.disconnect();
  }

  async #changed(added: string[], removed: string[]): Promise<void> {
    if (added.length > 0 || removed.length > 0) await this.#fetch().catch(() => undefined);
    for (const id of removed) this.#producers.get(id)?.close();
  }

  /** One after the other, since what comes later may replace what came before. */
  #fetch(): Promise<void> {
    const fetched = this.#fetching.then(async () => {
      const { stage, producers } = await this.#ask('relay.producers', {});
      this.#broadcast.direct(stage, []);
      for (const relayed of producers) if (!this.#producers.has(relayed.id)) await this.#produce(relayed);
    });
    this.#fetching = fetched.catch((error: unknown) => {
      logger.warn({ err: error, broadcastId: this.#broadcast.id }, 'what is on stage could not be fetched');
    });
    return fetched;
  }

  async #produce({ id, kind, source, participantId, paused, rtpParameters }: Relayed): Promise<void> {
    const producer = await answering('rtpParameters', () =>
      this.#transport!.produce({
        id,
        kind,
        paused,
        rtpParameters: rtpParameters as unknown as types.RtpParameters,
        keyFrameRequestDelay: KEYFRAME_SPACING_MS,
      }),
    );
    if (producer.closed) return;
    this.#producers.set(id, producer);
    producer.observer.once('close', () => this.#producers.delete(id));
    if (participantId) this.#broadcast.publishGuest({ producer, source, participantId });
    else this.#broadcast.publish(source, producer);
  }

  /** After what is being fetched, since the producer may be part of that, as it was before. */
  #paused(id: string, paused: boolean): void {
    this.#fetching = this.#fetching.then(async () => {
      const producer = this.#producers.get(id);
      if (!producer) return; // its state comes with it
      await (paused ? producer.pause() : producer.resume()).catch(() => undefined);
      this.#broadcast.producerPaused(producer);
    });
  }

  async #ask<N extends keyof RelayEvents & string>(
    event: N,
    request: EventRequest<RelayEvents, N>,
  ): Promise<EventReply<RelayEvents, N>> {
    const socket = this.#socket as unknown as Socket;
    const answer = await socket
      .timeout(ACK_MS)
      .emitWithAck(event, request)
      .then(
        (ack: Ack<EventReply<RelayEvents, N>>) => ack,
        () => null,
      );
    if (!answer?.ok) throw refused(answer?.error);
    return answer.data;
  }
}

type Relayed = EventReply<RelayEvents, 'relay.producers'>['producers'][number];

function refused(body: ErrorBody | undefined): AppError {
  if (body?.code === 'not_found') return new AppError('not_found', body.details);
  return new AppError('unavailable', { retryAfterMs: 500 });
}
