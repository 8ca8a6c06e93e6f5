import { AppError } from '#platform/app-error';
import { Holds } from '../support/holds.ts';
import { answer } from '../support/part.ts';
import type { Offer } from '../support/shop.ts';
import { viewerId } from './viewers.ts';

// Buyers of one variant in the process of the queue itself, without HTTP: the statement and what it costs to feed it.

export interface InProcessCommand {
  offer: Offer;
  /** Who waits at any moment. */
  waiting: number;
  /** Each of them buys once; the run ends when none is left, or after so many seconds. */
  viewers: { from: number; to: number };
  seconds: number;
}

export interface InProcessOutcome {
  held: number;
  soldOut: number;
  seconds: number;
}

const holds = await Holds.open(process.env.DATABASE_URL!);

answer(async ({ offer, waiting, viewers, seconds }: InProcessCommand): Promise<InProcessOutcome> => {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let [next, held, soldOut] = [viewers.from, 0, 0];

  async function buyAndBuy(): Promise<void> {
    while (next < viewers.to && performance.now() < until) {
      const number = next++;
      try {
        const outcome = await holds.take(offer, viewerId(number), `${offer.offerId}/${number}`, 1);
        if (!outcome.made) throw new Error(`viewer ${number} had a hold already`);
        held += 1;
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'sold_out') throw error;
        soldOut += 1;
      }
    }
  }

  await Promise.all(Array.from({ length: waiting }, buyAndBuy));
  return { held, soldOut, seconds: (performance.now() - startedAt) / 1000 };
});
