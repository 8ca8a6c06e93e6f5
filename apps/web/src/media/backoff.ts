const FIRST_MS = 300;
const GROWTH = 1.6;
const PATIENT_AFTER = 12;

interface Limits {
  longestMs: number;
  /** The same after a dozen refusals, when nobody is in a hurry any more and thousands who ask together are a burden. */
  patientMs: number;
}

export const crowd: Limits = { longestMs: 3_000, patientMs: 10_000 };
/** A host is one, and all the others wait for them. */
export const hostAlone: Limits = { longestMs: 1_500, patientMs: 3_000 };

/** Waits between attempts: 0.3 s at first, growing, each shortened by chance so that a crowd does not return in step. */
export class Backoff {
  readonly #limits: Limits;
  #failures = 0;
  #wake: (() => void) | null = null;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  reset(): void {
    this.#failures = 0;
  }

  /** Milliseconds until the next attempt, were it to wait now. */
  next(random: () => number = Math.random): number {
    const { longestMs, patientMs } = this.#limits;
    const cap = this.#failures >= PATIENT_AFTER ? patientMs : longestMs;
    const longest = Math.min(cap, FIRST_MS * GROWTH ** this.#failures);
    return longest * (0.5 + random() / 2);
  }

  /** Waits for the next attempt, or until `wake`. */
  async pause(): Promise<void> {
    const ms = this.next();
    this.#failures += 1;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  /** There is a reason to try now: the network is back, the room says that the host is. */
  wake(): void {
    this.#failures = 0;
    this.#wake?.();
  }
}
