import type { BgNbdParameters } from './bg-nbd.ts';
import type { GammaGammaParameters } from './gamma-gamma.ts';

/** Uniform in (0, 1). */
export type Random = () => number;

/** The same seed, a whole number, gives the same numbers (mulberry32). For trials and demonstrations, never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

export const exponential = (rate: number, random: Random) => -Math.log(random()) / rate;

const normal = (random: Random) => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());

/** Gamma with mean shape / rate (Marsaglia and Tsang, A Simple Method for Generating Gamma Variables, 2000). */
export function gamma(shape: number, rate: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, rate, random) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const z = normal(random);
    const v = (1 + z / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(random()) < (z * z) / 2 + d - d * v + d * Math.log(v)) return (d * v) / rate;
  }
}

export function beta(a: number, b: number, random: Random): number {
  const one = gamma(a, 1, random);
  return one / (one + gamma(b, 1, random));
}

/** Times of one customer's purchases after the first, counted from it, up to `until`, by the BG/NBD model. In alpha's unit. */
export function drawPurchaseTimes({ r, alpha, a, b }: BgNbdParameters, until: number, random: Random): number[] {
  const rate = gamma(r, alpha, random);
  const leaves = beta(a, b, random);
  const times: number[] = [];
  for (let at = exponential(rate, random); at <= until; at += exponential(rate, random)) {
    times.push(at);
    if (random() < leaves) break;
  }
  return times;
}

/** What draws the amounts of one customer's purchases, by the gamma-gamma model. In v's unit. */
export function drawSpender({ p, q, v }: GammaGammaParameters, random: Random): () => number {
  const rate = gamma(q, v, random);
  return () => gamma(p, rate, random);
}
