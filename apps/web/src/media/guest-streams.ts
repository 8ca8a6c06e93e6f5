import type { types } from 'mediasoup-client';

/** What guests send, by participant. */
export type Streams = ReadonlyMap<string, MediaStream>;

/** Consumers of guests as streams to show: one per participant, whose tracks come and go in it. */
export class GuestStreams {
  readonly #tell: (streams: Streams) => void;
  readonly #consumers = new Map<string, { participantId: string; consumer: types.Consumer }>();
  readonly #streams = new Map<string, MediaStream>();

  constructor(tell: (streams: Streams) => void = () => undefined) {
    this.#tell = tell;
  }

  has(producerId: string): boolean {
    return this.#consumers.has(producerId);
  }

  get consumers(): types.Consumer[] {
    return [...this.#consumers.values()].map(({ consumer }) => consumer);
  }

  add(participantId: string, consumer: types.Consumer): void {
    this.#consumers.set(consumer.producerId, { participantId, consumer });
    const stream = this.#streams.get(participantId) ?? new MediaStream();
    stream.addTrack(consumer.track);
    this.#streams.set(participantId, stream);
    this.#tell(new Map(this.#streams));
  }

  drop(producerId: string): void {
    const known = this.#consumers.get(producerId);
    if (!known) return;
    this.#consumers.delete(producerId);
    const stream = this.#streams.get(known.participantId);
    stream?.removeTrack(known.consumer.track);
    if (stream?.getTracks().length === 0) this.#streams.delete(known.participantId);
    known.consumer.close();
    this.#tell(new Map(this.#streams));
  }

  clear(): void {
    for (const producerId of [...this.#consumers.keys()]) this.drop(producerId);
  }
}
