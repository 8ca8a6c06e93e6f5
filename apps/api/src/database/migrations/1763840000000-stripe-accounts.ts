import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Brands with accounts of their own at Stripe; every order and every event knows through which account it came. */
export class StripeAccounts1763840000000 implements MigrationInterface {
  readonly name = 'StripeAccounts1763840000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE stripe_accounts (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  account text NOT NULL,
  mode text NOT NULL CONSTRAINT stripe_accounts_mode_known CHECK (mode IN ('test', 'live')),
  publishable_key text NOT NULL,
  secret_last4 text NOT NULL,
  webhook_last4 text NOT NULL,
  credentials bytea NOT NULL,
  version integer NOT NULL DEFAULT 1,
  changed_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz,
  CONSTRAINT stripe_accounts_once UNIQUE (brand_id, account, mode)
);
-- a brand sells through one account at a time; those before it are kept for the orders that they took
CREATE UNIQUE INDEX stripe_accounts_one_in_use ON stripe_accounts (brand_id) WHERE retired_at IS NULL;
ALTER TABLE brands DROP stripe_credentials;
-- null: the installation's own account
ALTER TABLE orders ADD stripe_account_id uuid REFERENCES stripe_accounts;
CREATE INDEX orders_stripe_account ON orders (stripe_account_id) WHERE stripe_account_id IS NOT NULL;
-- one event may come through two endpoints, when a brand uses the installation's account as its own
ALTER TABLE stripe_events
  ADD source text NOT NULL DEFAULT 'installation',
  DROP CONSTRAINT stripe_events_pkey,
  ADD PRIMARY KEY (id, source);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DELETE FROM stripe_events WHERE source <> 'installation';
ALTER TABLE stripe_events DROP CONSTRAINT stripe_events_pkey, ADD PRIMARY KEY (id), DROP source;
ALTER TABLE orders DROP stripe_account_id;
ALTER TABLE brands ADD stripe_credentials bytea;
DROP TABLE stripe_accounts;
`);
  }
}
