import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Client } from 'pg';
import { HOLD_SECONDS } from '#contracts/checkout';
import type { Offer } from '../support/shop.ts';

/**
 * A hold as it is taken in one statement per buyer: the conditional UPDATE of the level, and the INSERT of the hold if it
 * found a unit. It leaves out the movement that ours writes down besides.
 */
function statement({ brandId, showId, offerId, variantId }: Offer): string {
  return `
WITH taken AS (
  UPDATE stock_levels SET reserved = reserved + 1 WHERE variant_id = '${variantId}' AND on_hand - reserved >= 1
  RETURNING variant_id
)
INSERT INTO holds (id, brand_id, show_id, offer_id, variant_id, viewer_id, key, quantity, state, created_at, expires_at)
SELECT gen_random_uuid(), '${brandId}', '${showId}', '${offerId}', variant_id, bench_viewer(nextval('bench_buyers')),
       '${offerId}/' || currval('bench_buyers'), 1, 'active', now(), now() + interval '${HOLD_SECONDS} seconds'
FROM taken;
`;
}

/** PostgreSQL's own load generator on one offer. */
export class Pgbench {
  readonly #program: string;
  readonly #file: string;
  readonly #databaseUrl: string;
  readonly #database: Client;
  #soldBefore: Offer | undefined;

  constructor(program: string, tempDir: string, databaseUrl: string, database: Client) {
    this.#program = program;
    this.#file = join(tempDir, 'hold.sql');
    this.#databaseUrl = databaseUrl;
    this.#database = database;
  }

  /** @returns transactions per second, those included that found nothing free, without the time of connecting */
  async run(offer: Offer, clients: number, much: { seconds: number } | { transactions: number }): Promise<number> {
    if (offer !== this.#soldBefore) {
      // Every viewer may hold something of every offer, once.
      await this.#database.query(`ALTER SEQUENCE bench_buyers RESTART`);
      writeFileSync(this.#file, statement(offer));
      this.#soldBefore = offer;
    }
    const length =
      'seconds' in much ? ['--time', String(much.seconds)] : ['--transactions', String(much.transactions / clients)];
    const { stdout } = await promisify(execFile)(this.#program, [
      '--no-vacuum',
      '--protocol=prepared',
      ...length,
      `--client=${clients}`,
      `--jobs=${Math.min(2, clients)}`,
      `--file=${this.#file}`,
      this.#databaseUrl,
    ]);
    const failed = /number of failed transactions: (\d+)/.exec(stdout)?.[1];
    const rate = /tps = ([\d.]+) \(without initial connection time\)/.exec(stdout)?.[1];
    if (rate === undefined || (failed !== undefined && failed !== '0')) throw new Error(stdout);
    return Number(rate);
  }
}
