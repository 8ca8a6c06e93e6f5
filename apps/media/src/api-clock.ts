const SAMPLES = 30;

/**
 * The api's clock, as the answers to our heartbeats tell it: of the last ones, that with the shortest way there and back is the nearest
 * to the truth. Until the first answer it is our own.
 */
export class ApiClock {
  readonly #samples: { offsetMs: number; roundTripMs: number }[] = [];

  /** How far the api's clock is ahead of ours. */
  get offsetMs(): number {
    let best: { offsetMs: number; roundTripMs: number } | null = null;
    for (const sample of this.#samples) if (!best || sample.roundTripMs <= best.roundTripMs) best = sample;
    return best?.offsetMs ?? 0;
  }

  /** @param sentAt @param answeredAt on `performance.now()`  @param apiTime what the api's clock said between them */
  heard(sentAt: number, answeredAt: number, apiTime: number): void {
    const middle = performance.timeOrigin + (sentAt + answeredAt) / 2;
    this.#samples.push({ offsetMs: apiTime - middle, roundTripMs: answeredAt - sentAt });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Milliseconds since 1970 on the api's clock, of a moment of `performance.now()`. */
  at(moment: number): number {
    return performance.timeOrigin + moment + this.offsetMs;
  }
}
