import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refunds in the place of those that failed: asked for again, found at Stripe, or given back without Stripe. */
export class RefundsAgain1764610000000 implements MigrationInterface {
  readonly name = 'RefundsAgain1764610000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE refunds
  ADD failure_code text,
  ADD instead_of uuid REFERENCES refunds,
  ADD outside boolean NOT NULL DEFAULT false CONSTRAINT refunds_outside_is_not_stripes CHECK (NOT outside OR stripe_refund_id IS NULL);
CREATE UNIQUE INDEX refunds_instead_once ON refunds (instead_of);
CREATE INDEX refunds_failed ON refunds (order_id) WHERE failure IS NOT NULL;
DROP INDEX refunds_late_once;
CREATE UNIQUE INDEX refunds_late_once ON refunds (payment_intent_id) WHERE kind = 'late' AND key IS NULL;
`);
  }

  async down(): Promise<void> {
    throw new Error(
      'What was given back in place of refunds that failed has no place in the tables before: restore a backup instead.',
    );
  }
}
