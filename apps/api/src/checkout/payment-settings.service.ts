import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { v7 as uuid } from 'uuid';
import type { PaymentSettings, StripeKeysInput } from '#contracts/settings';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { seal } from '#platform/secrets';
import { Database, sqlState } from '../database/index.ts';
import { StripeAccount, type StripeCredentials } from './stripe-account.entity.ts';
import { StripeClient } from './stripe.client.ts';
import { standInFor, StripeClients } from './stripe-clients.ts';

const FOREIGN_KEY_VIOLATION = '23503';

/** By which account at Stripe a brand is paid: its own, or the installation's. */
@Injectable()
export class PaymentSettingsService {
  constructor(
    private readonly database: Database,
    private readonly stripes: StripeClients,
  ) {}

  async read(brandId: string): Promise<PaymentSettings> {
    const own = await this.#current(brandId);
    return {
      own: own && {
        account: own.account,
        mode: own.mode,
        publishableKey: own.publishableKey,
        secretLast4: own.secretLast4,
        webhookLast4: own.webhookLast4,
        readable: await this.#isReadable(own),
        changedAt: own.changedAt.toISOString(),
      },
      installation: config.stripe.apiUrl ? 'sandbox' : modeOf(config.stripe.secretKey),
      webhookUrl: `${config.publicUrl}/api/stripe/webhook/${brandId}`,
    };
  }

  /**
   * Keeps keys that Stripe knows. New keys of the same account take the place of the old ones, for orders that are under way as well;
   * another account takes new orders only.
   * @throws invalid_request naming secretKey { reason }, payment_unavailable when Stripe does not answer
   */
  async useOwn(brandId: string, keys: StripeKeysInput): Promise<PaymentSettings> {
    const account = await this.#try(keys);
    const { secretKey, publishableKey, webhookSecret } = keys;
    const mode = modeOf(secretKey);
    const credentials: StripeCredentials = { secretKey, webhookSecret };
    const sealed = seal(JSON.stringify(credentials), brandId);
    await this.database.transaction(async (tx) => {
      await tx.sql(`SELECT 1 FROM brands WHERE id = $1 FOR NO KEY UPDATE`, [brandId]);
      await tx.sql(
        `UPDATE stripe_accounts SET retired_at = now()
         WHERE brand_id = $1 AND retired_at IS NULL AND (account, mode) <> ($2, $3)`,
        [brandId, account, mode],
      );
      await tx.sql(
        `INSERT INTO stripe_accounts (id, brand_id, account, mode, publishable_key, secret_last4, webhook_last4, credentials)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (brand_id, account, mode) DO UPDATE SET publishable_key = EXCLUDED.publishable_key,
           secret_last4 = EXCLUDED.secret_last4, webhook_last4 = EXCLUDED.webhook_last4, credentials = EXCLUDED.credentials,
           version = stripe_accounts.version + 1, changed_at = now(), retired_at = NULL`,
        [uuid(), brandId, account, mode, publishableKey, secretKey.slice(-4), webhookSecret.slice(-4), sealed],
      );
    });
    await this.#forgetUnused(brandId);
    logger.info({ brandId, account, mode }, 'a brand is paid by its own Stripe account');
    return this.read(brandId);
  }

  /** Back to the installation's account, for new orders. */
  async useInstallation(brandId: string): Promise<PaymentSettings> {
    await this.database.sql(
      `UPDATE stripe_accounts SET retired_at = now() WHERE brand_id = $1 AND retired_at IS NULL`,
      [brandId],
    );
    await this.#forgetUnused(brandId);
    logger.info({ brandId }, "a brand is paid by the installation's Stripe account");
    return this.read(brandId);
  }

  /** Keys are kept as long as orders were paid by them, and no longer. */
  async #forgetUnused(brandId: string): Promise<void> {
    try {
      await this.database.sql(
        `DELETE FROM stripe_accounts a WHERE brand_id = $1 AND retired_at IS NOT NULL
           AND NOT EXISTS (SELECT FROM orders o WHERE o.stripe_account_id = a.id)`,
        [brandId],
      );
    } catch (error) {
      // An order was placed at this moment: the keys are needed after all.
      if (sqlState(error) !== FOREIGN_KEY_VIOLATION) throw error;
    }
  }

  /** @returns whose account the keys open: acct_… */
  async #try({ secretKey, publishableKey, webhookSecret }: StripeKeysInput): Promise<string> {
    const apiUrl = standInFor(secretKey);
    const client = new StripeClient({ accountId: null, secretKey, publishableKey, webhookSecret, apiUrl });
    try {
      return await client.whose();
    } catch (error) {
      // What Stripe says of a key it may quote: not logged, and not answered.
      if (error instanceof Stripe.errors.StripeAuthenticationError) throw refused('unknown_key');
      if (error instanceof Stripe.errors.StripePermissionError) throw refused('no_permission');
      logger.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'Stripe did not answer for new keys');
      throw new AppError('payment_unavailable');
    }
  }

  #current(brandId: string): Promise<StripeAccount | null> {
    return this.database
      .repository(StripeAccount)
      .createQueryBuilder('a')
      .where('a.brandId = :brandId AND a.retiredAt IS NULL', { brandId })
      .getOne();
  }

  async #isReadable({ id }: StripeAccount): Promise<boolean> {
    return this.stripes.find(id).then(
      (client) => client !== null,
      () => false,
    );
  }
}

const modeOf = (secretKey: string) => (secretKey.split('_')[1] === 'live' ? 'live' : 'test');

function refused(reason: 'unknown_key' | 'no_permission'): AppError {
  const message = reason === 'unknown_key' ? 'Stripe does not know this key' : 'this key may not read its own account';
  return new AppError('invalid_request', { reason, issues: [{ path: 'secretKey', message }] }, `secretKey: ${message}`);
}
