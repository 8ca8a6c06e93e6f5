import { v7 as uuid } from 'uuid';
import { HOLD_SECONDS } from '#contracts/checkout';
import { HoldQueue, type HoldOutcome } from '../../../apps/api/src/catalog/hold-queue.ts';
import { Database } from '../../../apps/api/src/database/index.ts';
import { Connections } from '../../../apps/api/src/database/data-source.ts';
import type { Offer } from './shop.ts';

/** Our coalesced statement over a pool of its own: all that the bench knows of the insides of the api. */
export class Holds {
  readonly #dataSource: Connections;
  readonly #queue: HoldQueue;

  private constructor(dataSource: Connections) {
    this.#dataSource = dataSource;
    this.#queue = new HoldQueue(new Database(dataSource), HOLD_SECONDS);
    // The api's own rounds keep a connection open; without it the first of a crowd would wait for one that is still to be made.
    setInterval(() => void dataSource.query('SELECT 1'), 1_000).unref();
  }

  static async open(databaseUrl: string): Promise<Holds> {
    return new Holds(await new Connections(databaseUrl, 20, []).initialize());
  }

  async take(
    offer: Omit<Offer, 'slug'>,
    viewerId: string,
    key: string,
    quantity: number,
  ): Promise<HoldOutcome & { id: string }> {
    const id = uuid();
    const { showId, offerId, variantId } = offer;
    const request = { id, showId, offerId, viewerId, key, quantity, wholeOffer: true, graceMs: 0 };
    const outcome = await this.#queue.take(variantId, null, request);
    return { ...outcome, id };
  }
}
