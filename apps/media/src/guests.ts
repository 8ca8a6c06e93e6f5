import type { types } from 'mediasoup';
import type { GrantClaims } from '#contracts/media';
import { emptyStage, MOST_ON_AIR, type Stage } from '#contracts/stage';
import { logger } from '#platform/logger';

export type Source = 'camera' | 'screen' | 'microphone';

/** What one who was invited sends of one source. */
export interface Sent {
  readonly producer: types.Producer;
  readonly source: Source;
  readonly participantId: string;
}

/**
 * The co-hosts and guests of one broadcast: what they send, and who may have it. The stage that the api tells decides; until it
 * does, nobody but the host's desk sees anybody.
 */
export class Guests {
  readonly #sent = new Map<string, Sent>(); // by producer
  readonly #selfPaused = new Set<string>();
  #stage: Stage = emptyStage;
  #removed: ReadonlySet<string> = new Set();
  readonly #paused = new WeakMap<types.Producer, boolean>(); // as asked for last, which takes the worker a moment
  readonly #onPaused: ((producer: types.Producer) => void) | null;

  /** @param onPaused told what a stage has muted, or lets be heard again; null where another media process sees to that */
  constructor(onPaused: ((producer: types.Producer) => void) | null) {
    this.#onPaused = onPaused;
  }

  get stage(): Stage {
    return this.#stage;
  }

  get sent(): Iterable<Sent> {
    return this.#sent.values();
  }

  /** An older stage than the one in force came late and is left alone. @returns whether it is in force now */
  apply(stage: Stage, removed: string[]): boolean {
    if (stage.version < this.#stage.version) return false;
    this.#stage = { ...stage, onAir: stage.onAir.slice(0, MOST_ON_AIR) };
    this.#removed = new Set(removed);
    for (const { producer, source, participantId } of this.#sent.values()) {
      if (source !== 'microphone') continue;
      this.#setPaused(producer, this.mutes(participantId, source) || this.#selfPaused.has(producer.id));
    }
    return true;
  }

  isRemoved(participantId: string): boolean {
    return this.#removed.has(participantId);
  }

  isOnAir(participantId: string): boolean {
    return this.#stage.onAir.some(({ id }) => id === participantId);
  }

  mutes(participantId: string, source: Source): boolean {
    return source === 'microphone' && this.#stage.onAir.some(({ id, muted }) => id === participantId && muted);
  }

  find(producerId: string): Sent | undefined {
    return this.#sent.get(producerId);
  }

  /** @returns what it takes the place of */
  add(sent: Sent): Sent | undefined {
    const before = [...this.#sent.values()].find(
      ({ participantId, source }) => participantId === sent.participantId && source === sent.source,
    );
    if (before) this.#sent.delete(before.producer.id);
    this.#sent.set(sent.producer.id, sent);
    // The host may have muted them while the worker made it.
    if (this.mutes(sent.participantId, sent.source)) this.#setPaused(sent.producer, true);
    return before;
  }

  /** @returns whether it was still theirs, and not replaced before */
  delete(producerId: string): boolean {
    this.#selfPaused.delete(producerId);
    return this.#sent.delete(producerId);
  }

  /** What a guest paused themselves stays so when the host lets them be heard again. */
  selfPaused(producerId: string, paused: boolean): void {
    if (paused) this.#selfPaused.add(producerId);
    else this.#selfPaused.delete(producerId);
  }

  /** Everybody sees who is on air, but nobody themselves. Who waits is seen by the host and the host's desk alone. */
  mayReceive({ role, guest }: Pick<GrantClaims, 'role' | 'guest'>, { participantId }: Sent): boolean {
    if (role === 'host' || role === 'studio') return true;
    return participantId !== guest?.participantId && this.isOnAir(participantId);
  }

  #setPaused(producer: types.Producer, paused: boolean): void {
    const told = this.#onPaused;
    if (!told || (producer.paused === paused && (this.#paused.get(producer) ?? paused) === paused)) return;
    this.#paused.set(producer, paused);
    (paused ? producer.pause() : producer.resume()).then(
      () => told(producer),
      // One that closes meanwhile has nothing left to pause.
      (error: unknown) => logger.debug({ err: error }, 'a guest was not paused or resumed'),
    );
  }
}
