import type { EndReason } from '#contracts/shows';

export interface PresenceLimits {
  /** How long a broadcast waits for a host who has neither a socket nor a media path. */
  goneMs: number;
  /** How long it waits for media of a host who is there: for the first, or for a path that broke. */
  silentMs: number;
}

export const presenceLimits: PresenceLimits = { goneMs: 6_000, silentMs: 20_000 };

/**
 * Decides when a broadcast is over because of its host. A broken socket alone does not end it while media flows, nor does a
 * broken media path while the host talks to us and is mending it.
 */
export class HostPresence {
  readonly #limits: PresenceLimits;
  readonly #onLost: (reason: EndReason) => void;
  #socket = false;
  #path = false;
  #ready = false;
  #gone: NodeJS.Timeout | null = null;
  #silent: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(limits: PresenceLimits, onLost: (reason: EndReason) => void) {
    this.#limits = limits;
    this.#onLost = onLost;
    this.#update();
  }

  /** @param socket the host's signalling stands  @param path the host's media can reach us */
  set(socket: boolean, path: boolean): void {
    this.#socket = socket;
    this.#path = path;
    this.#update();
  }

  /** The first media arrived. */
  ready(): void {
    this.#ready = true;
    this.#update();
  }

  close(): void {
    this.#closed = true;
    this.#update();
  }

  #update(): void {
    this.#gone = this.#toggle(this.#gone, !this.#socket && !this.#path, this.#limits.goneMs);
    this.#silent = this.#toggle(this.#silent, !this.#ready || !this.#path, this.#limits.silentMs);
  }

  #toggle(timer: NodeJS.Timeout | null, wanted: boolean, ms: number): NodeJS.Timeout | null {
    if (wanted && !this.#closed) {
      return timer ?? setTimeout(() => this.#onLost(this.#ready ? 'host_lost' : 'no_media'), ms);
    }
    if (timer) clearTimeout(timer);
    return null;
  }
}
