import type { types } from 'mediasoup';
import type { RelayEvents } from '#contracts/relay';
import type { EventParsed, EventReply } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import type { Broadcast } from '../broadcast.ts';
import type { Offered } from '../consumers.ts';
import { answering } from '../refusal.ts';
import { connectPipe, endOf, openPipe } from './pipe.ts';

/** The near end of a pipe to another media process, which serves viewers of a broadcast of ours. It owns what flows into it. */
export class Outlet {
  readonly #broadcast: Broadcast;
  #transport: Promise<types.PipeTransport> | null = null;
  readonly #consumers = new Map<string, Promise<types.Consumer>>();
  #closed = false;

  constructor(broadcast: Broadcast) {
    this.#broadcast = broadcast;
  }

  async open(request: EventParsed<RelayEvents, 'relay.open'>): Promise<EventReply<RelayEvents, 'relay.open'>> {
    this.#transport ??= this.#open(request);
    try {
      return endOf(await this.#transport);
    } catch (error) {
      this.#transport = null;
      throw error;
    }
  }

  async producers(): Promise<EventReply<RelayEvents, 'relay.producers'>> {
    if (!this.#transport) throw new AppError('not_found', { reason: 'relay.open comes first' });
    const transport = await this.#transport;
    const { producers, guests } = this.#broadcast;
    const onAir: Offered[] = [
      ...[...producers].map(([source, producer]) => ({ source, producer })),
      ...[...guests.sent].filter(({ participantId }) => guests.isOnAir(participantId)),
    ];
    const relayed = await Promise.allSettled(
      onAir.map(async ({ source, participantId, producer }) => {
        const { rtpParameters } = await this.#consume(transport, producer.id);
        return { producer, source, participantId, rtpParameters };
      }),
    );
    this.#dropAllBut(new Set(onAir.map(({ producer }) => producer.id)));
    // One that went meanwhile is announced by itself.
    const there = relayed.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    return {
      stage: guests.stage,
      // Paused or not as it is now: what changes from here on is told.
      producers: there.map(({ producer: { id, kind, paused }, source, participantId, rtpParameters }) => {
        return { id, kind, source, participantId, paused, rtpParameters: { ...rtpParameters } };
      }),
    };
  }

  close(): void {
    this.#closed = true;
    void this.#transport?.then((transport) => transport.close()).catch(() => undefined);
  }

  async #open(end: EventParsed<RelayEvents, 'relay.open'>): Promise<types.PipeTransport> {
    const transport = await openPipe(this.#broadcast.router);
    try {
      await connectPipe(transport, end);
      if (this.#closed) throw new AppError('unavailable');
      return transport;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  /** Who left the air goes to nobody else's process. */
  #dropAllBut(onAir: ReadonlySet<string>): void {
    for (const [producerId, consumer] of this.#consumers) {
      if (onAir.has(producerId)) continue;
      this.#consumers.delete(producerId);
      consumer.then((made) => made.close()).catch(() => undefined);
    }
  }

  #consume(transport: types.PipeTransport, producerId: string): Promise<types.Consumer> {
    const known = this.#consumers.get(producerId);
    if (known) return known;
    const made = answering('producerId', () => transport.consume({ producerId }));
    this.#consumers.set(producerId, made);
    const forget = () => {
      if (this.#consumers.get(producerId) === made) this.#consumers.delete(producerId);
    };
    made.then((consumer) => {
      if (consumer.closed) forget();
      else consumer.observer.once('close', forget);
    }, forget);
    return made;
  }
}
