import type { types } from 'mediasoup';
import type { MediaEvents } from '#contracts/media';
import type { EventReply } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import type { Sent } from './guests.ts';
import { answering } from './refusal.ts';

/** A producer that may be consumed; without a participant it is the host's. */
export type Offered = Pick<Sent, 'source' | 'producer'> & Partial<Sent>;

/** What one participant receives: one consumer for each producer, made once however often it is asked for. They close with their transport. */
export class Consumers {
  readonly #all = new Map<string, Promise<types.Consumer>>();

  constructor(
    private readonly router: types.Router,
    /** Whether this participant may receive what the producer sends now. */
    private readonly mayReceive: (producerId: string) => boolean,
  ) {}

  /**
   * Paused consumers of those of the producers that the receiver can play.
   * @throws AppError `unsupported_media` naming `rtpCapabilities` when it can play none
   */
  async makeAll(
    transport: types.WebRtcTransport,
    offered: Offered[],
    rtpCapabilities: types.RtpCapabilities,
  ): Promise<EventReply<MediaEvents, 'consumer.createAll'>['consumers']> {
    const playable = await answering('rtpCapabilities', async () =>
      offered.filter(({ producer: { id } }) => this.router.canConsume({ producerId: id, rtpCapabilities })),
    );
    if (offered.length > 0 && playable.length === 0) {
      throw new AppError('unsupported_media', { field: 'rtpCapabilities', reason: 'no codec in common' });
    }
    const made = await Promise.allSettled(
      playable.map(async ({ source, producer, participantId }) => ({
        source,
        participantId,
        consumer: await this.#make(transport, producer, rtpCapabilities),
      })),
    );
    // A producer may go while its consumer is made: the viewer is told of that by `producers.changed` and misses nothing here.
    const consumers = made.flatMap((result) =>
      result.status === 'fulfilled' && !result.value.consumer.closed ? [result.value] : [],
    );
    const failure = made.find((result) => result.status === 'rejected');
    if (failure && consumers.length === 0) throw failure.reason;
    return consumers.map(({ source, participantId, consumer }) => ({
      id: consumer.id,
      producerId: consumer.producerId,
      kind: consumer.kind,
      source,
      ...(participantId !== undefined && { participantId }),
      rtpParameters: consumer.rtpParameters as unknown as Record<string, unknown>,
    }));
  }

  /** @throws AppError `not_found` */
  async resume(consumerId: string): Promise<void> {
    const consumers = await Promise.allSettled(this.#all.values());
    const consumer = consumers.find((made) => made.status === 'fulfilled' && made.value.id === consumerId);
    if (consumer?.status !== 'fulfilled') throw new AppError('not_found', { consumerId });
    if (consumer.value.paused) await answering('consumerId', () => consumer.value.resume());
    // The worker asks for a keyframe when it resumes; asked again, the viewer's picture may hang for want of one.
    else
      await consumer.value
        .requestKeyFrame()
        .catch((error: unknown) => logger.debug({ err: error }, 'no keyframe asked for'));
  }

  /** What this producer sends is received no longer. */
  drop(producerId: string): void {
    this.#all.get(producerId)?.then(
      (consumer) => consumer.close(),
      () => undefined,
    );
  }

  #make(
    transport: types.WebRtcTransport,
    producer: types.Producer,
    rtpCapabilities: types.RtpCapabilities,
  ): Promise<types.Consumer> {
    const known = this.#all.get(producer.id);
    if (known) return known;
    const made = answering('rtpCapabilities', () =>
      transport.consume({ producerId: producer.id, rtpCapabilities, paused: true }),
    );
    this.#all.set(producer.id, made);
    const forget = () => {
      if (this.#all.get(producer.id) === made) this.#all.delete(producer.id);
    };
    made.then((consumer) => {
      consumer.observer.once('close', forget);
      // Its sender may have left the air while the worker made it.
      if (!this.mayReceive(producer.id)) consumer.close();
      if (consumer.closed) forget();
    }, forget);
    return made;
  }
}
