import type { types } from 'mediasoup';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { answering } from './refusal.ts';
import type { Guests, Sent } from './guests.ts';
import type { Seat, Source } from './participant.ts';
import type { MediaWorker } from './workers.ts';

/** A branch that nobody sits on costs a copy of what the host sends. */
const EMPTY_FOR_MS = 10_000;

/**
 * A second router of a broadcast, on another worker, for viewers whom that worker serves. What is on stage is piped to it once,
 * under the ids that it has there. It owns its router, and with that both ends of the pipe.
 */
export class Branch implements Seat {
  readonly media: MediaWorker;
  readonly router: types.Router;
  readonly producers = new Map<Source, types.Producer>();
  readonly #home: types.Router;
  readonly #guests = new Map<string, types.Producer>();
  #piping: Promise<unknown> = Promise.resolve();

  constructor(home: types.Router, media: MediaWorker, router: types.Router) {
    this.#home = home;
    this.media = media;
    this.router = router;
  }

  get webRtcServer(): types.WebRtcServer {
    return this.media.webRtcServer;
  }

  guest(producerId: string): types.Producer | undefined {
    return this.#guests.get(producerId);
  }

  /** @returns whether it is there, as of `pipe`; `wanted` is asked when it is */
  async pipeGuest(producerId: string, wanted: () => boolean): Promise<boolean> {
    if (this.#guests.has(producerId)) return true;
    try {
      const { pipeProducer } = await this.#home.pipeToRouter({ producerId, router: this.router, enableSctp: false });
      const piped = pipeProducer!;
      if (!wanted()) piped.close();
      if (piped.closed) return false;
      this.#guests.set(producerId, piped);
      piped.observer.once('close', () => void this.#guests.delete(producerId));
      return true;
    } catch {
      return false; // As above: it, or a worker, went away.
    }
  }

  takeGuest(producerId: string): void {
    this.#guests.get(producerId)?.close();
  }

  /**
   * One after the other, so that of two producers of one source the later stays.
   * @returns whether it is there: a producer may go while it is piped, and so may a worker
   */
  pipe(source: Source, producer: types.Producer): Promise<boolean> {
    const piped = this.#piping.then(() => this.#pipe(source, producer.id)).catch(() => false);
    this.#piping = piped;
    return piped;
  }

  async #pipe(source: Source, producerId: string): Promise<boolean> {
    if (this.producers.get(source)?.id === producerId) return true;
    const { pipeProducer } = await this.#home.pipeToRouter({ producerId, router: this.router, enableSctp: false });
    const piped = pipeProducer!;
    if (piped.closed) return false;
    this.producers.set(source, piped);
    piped.observer.once('close', () => {
      if (this.producers.get(source) === piped) this.producers.delete(source);
    });
    return true;
  }
}

interface Slot {
  opened: Promise<Branch>;
  /** How many sit on it. */
  sitting: number;
  closing: NodeJS.Timeout | undefined;
}

/** The branches of one broadcast, by worker: opened when the first viewer is placed there, closed a while after the last left. */
export class Branches {
  readonly #home: types.Router;
  readonly #codecs: types.RouterRtpCodecCapability[];
  readonly #onStage: ReadonlyMap<Source, types.Producer>;
  readonly #guests: Guests;
  readonly #slots = new Map<MediaWorker, Slot>();

  constructor(
    home: types.Router,
    codecs: types.RouterRtpCodecCapability[],
    onStage: ReadonlyMap<Source, types.Producer>,
    guests: Guests,
  ) {
    this.#home = home;
    this.#codecs = codecs;
    this.#onStage = onStage;
    this.#guests = guests;
  }

  /** @throws AppError `unavailable` when that worker, or the broadcast, went away meanwhile. */
  async on(media: MediaWorker): Promise<Branch> {
    let slot = this.#slots.get(media);
    if (!slot) {
      const made: Slot = { opened: this.#open(media), sitting: 0, closing: undefined };
      const forget = () => {
        clearTimeout(made.closing);
        if (this.#slots.get(media) === made) this.#slots.delete(media);
      };
      this.#slots.set(media, (slot = made));
      made.opened.then(({ router }) => {
        if (router.closed) forget();
        else router.observer.once('close', forget);
      }, forget);
    }
    const branch = await slot.opened;
    if (branch.router.closed) throw new AppError('unavailable', { retryAfterMs: 500 });
    this.#closeIfEmpty(slot, branch); // Whoever asked may not come.
    return branch;
  }

  /** Brings a new producer to every branch, and tells of each when it is done with it. */
  publish(source: Source, producer: types.Producer, done: (branch: Branch, piped: boolean) => void): void {
    for (const { opened } of this.#slots.values()) {
      opened.then(async (branch) => done(branch, await branch.pipe(source, producer))).catch(() => undefined);
    }
  }

  /** As `publish` does for what the host sends: a guest came on air. */
  bring({ producer, participantId }: Sent, done: (branch: Branch, piped: boolean) => void): void {
    const wanted = () => this.#guests.isOnAir(participantId);
    for (const { opened } of this.#slots.values()) {
      opened.then(async (branch) => done(branch, await branch.pipeGuest(producer.id, wanted))).catch(() => undefined);
    }
  }

  /** A guest left the air. */
  take(producerId: string): void {
    for (const { opened } of this.#slots.values()) {
      opened.then((branch) => branch.takeGuest(producerId)).catch(() => undefined);
    }
  }

  entered(branch: Branch): void {
    const slot = this.#slots.get(branch.media);
    if (!slot) return;
    slot.sitting += 1;
    clearTimeout(slot.closing);
  }

  left(branch: Branch): void {
    const slot = this.#slots.get(branch.media);
    if (!slot) return;
    slot.sitting -= 1;
    this.#closeIfEmpty(slot, branch);
  }

  close(): void {
    for (const { opened } of this.#slots.values())
      void opened.then(({ router }) => router.close()).catch(() => undefined);
  }

  async #open(media: MediaWorker): Promise<Branch> {
    const router = await answering('broadcast', () => media.worker.createRouter({ mediaCodecs: this.#codecs }));
    const branch = new Branch(this.#home, media, router);
    const onAir = [...this.#guests.sent].filter(({ participantId }) => this.#guests.isOnAir(participantId));
    await Promise.all([
      ...[...this.#onStage].map(([source, producer]) => branch.pipe(source, producer)),
      ...onAir.map(({ producer, participantId }) =>
        branch.pipeGuest(producer.id, () => this.#guests.isOnAir(participantId)),
      ),
    ]);
    if (this.#home.closed) {
      router.close();
      throw new AppError('unavailable', { retryAfterMs: 500 });
    }
    logger.info({ worker: media.index, producers: branch.producers.size }, 'viewers are served by another worker too');
    return branch;
  }

  #closeIfEmpty(slot: Slot, branch: Branch): void {
    if (slot.sitting > 0) return;
    clearTimeout(slot.closing);
    slot.closing = setTimeout(() => branch.router.close(), EMPTY_FOR_MS);
  }
}
