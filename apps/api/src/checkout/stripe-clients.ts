import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { unseal } from '#platform/secrets';
import { Database } from '../database/index.ts';
import { StripeClient } from './stripe.client.ts';
import type { StripeAccount, StripeCredentials } from './stripe-account.entity.ts';

type Row = Pick<StripeAccount, 'id' | 'brandId' | 'publishableKey' | 'credentials' | 'version'>;
const columns = `id, brand_id AS "brandId", publishable_key AS "publishableKey", credentials, version`;

/**
 * A client for each account at Stripe. Which one, the database says at every question: keys that another process has changed are used from
 * the next call on.
 */
@Injectable()
export class StripeClients {
  /** For every brand without an account of its own. */
  readonly installation = new StripeClient({ accountId: null, ...config.stripe });
  readonly #known = new Map<string, { version: number; client: StripeClient }>();

  constructor(private readonly database: Database) {}

  /** By which a purchase that begins now is paid. */
  async of(brandId: string): Promise<StripeClient> {
    const [current] = await this.#rows(`brand_id = $1 AND retired_at IS NULL`, [brandId]);
    return current ? this.#client(current) : this.installation;
  }

  /** By `orders.stripe_account_id`: the account that an order was made by, whatever its brand uses now. */
  async ofAccount(accountId: string | null): Promise<StripeClient> {
    if (accountId === null) return this.installation;
    const client = await this.find(accountId);
    if (!client) throw new Error(`there is no Stripe account ${accountId}`);
    return client;
  }

  /** @returns null for one that was given up before any order was made by it */
  async find(accountId: string): Promise<StripeClient | null> {
    const [row] = await this.#rows(`id = $1`, [accountId]);
    return row ? this.#client(row) : null;
  }

  /** All accounts that a brand has or had: Stripe goes on telling of each at the same address. */
  async ownedBy(brandId: string): Promise<StripeClient[]> {
    const rows = await this.#rows(`brand_id = $1 ORDER BY retired_at IS NOT NULL, changed_at DESC`, [brandId]);
    return this.#readable(rows);
  }

  /** Every account with books of ours. One whose keys do not open is left out, and said in the log. */
  async all(): Promise<StripeClient[]> {
    return [this.installation, ...this.#readable(await this.#rows(`true ORDER BY id`))];
  }

  async #rows(condition: string, parameters: unknown[] = []): Promise<Row[]> {
    return (
      await this.database.planned.sql<Row>(`SELECT ${columns} FROM stripe_accounts WHERE ${condition}`, parameters)
    ).rows;
  }

  #readable(rows: Row[]): StripeClient[] {
    return rows.flatMap((row) => {
      try {
        return [this.#client(row)];
      } catch {
        return []; // said in the log where it was found
      }
    });
  }

  /** @throws payment_unavailable when the keys were sealed under another ENGAWA_SECRET */
  #client(row: Row): StripeClient {
    const known = this.#known.get(row.id);
    if (known?.version === row.version) return known.client;
    let credentials: StripeCredentials;
    try {
      credentials = JSON.parse(unseal(row.credentials, row.brandId)) as StripeCredentials;
    } catch (error) {
      logger.error({ err: error, brandId: row.brandId }, 'the Stripe keys of a brand cannot be read: enter them again');
      throw new AppError('payment_unavailable');
    }
    const { publishableKey } = row;
    const apiUrl = standInFor(credentials.secretKey);
    const client = new StripeClient({ accountId: row.id, publishableKey, apiUrl, ...credentials });
    this.#known.set(row.id, { version: row.version, client });
    return client;
  }
}

/**
 * The sandbox, for its own keys and while this installation has one; else Stripe itself, so that a brand may bring real keys to an
 * installation that has none.
 */
export function standInFor(secretKey: string): string | undefined {
  return secretKey.includes('sandbox') ? config.stripe.apiUrl : undefined;
}
