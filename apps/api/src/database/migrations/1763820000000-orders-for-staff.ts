import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refunds that may wait, fail and be asked for again; presses of staff that count once; mails found by what they are about. */
export class OrdersForStaff1763820000000 implements MigrationInterface {
  readonly name = 'OrdersForStaff1763820000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE refunds
  DROP CONSTRAINT refunds_kind_known,
  ADD CONSTRAINT refunds_kind_known CHECK (kind IN ('staff', 'stripe', 'late', 'dispute')),
  ADD key text,
  ADD state text NOT NULL DEFAULT 'requested' CONSTRAINT refunds_state_known
    CHECK (state IN ('requested', 'requires_action', 'pending', 'succeeded', 'canceled', 'failed')),
  ADD attempt integer NOT NULL DEFAULT 1,
  ADD succeeded_at timestamptz;
UPDATE refunds SET state = 'succeeded', succeeded_at = settled_at WHERE settled_at IS NOT NULL AND failure IS NULL;
UPDATE refunds SET state = 'failed', settled_at = coalesce(settled_at, created_at) WHERE failure IS NOT NULL;
ALTER TABLE refunds
  ADD CONSTRAINT refunds_failed_has_words CHECK ((state IN ('canceled', 'failed')) = (failure IS NOT NULL)),
  ADD CONSTRAINT refunds_requested_waits CHECK ((state = 'requested') = (settled_at IS NULL));
CREATE UNIQUE INDEX refunds_key_once ON refunds (order_id, key);
CREATE UNIQUE INDEX refunds_stripe_once ON refunds (stripe_refund_id);
CREATE UNIQUE INDEX order_events_key_once ON order_events (order_id, kind, (details ->> 'key')) WHERE details ->> 'key' IS NOT NULL;
CREATE INDEX mails_about ON mails (brand_id, split_part(reference, ':', 2));
`);
  }

  async down(): Promise<void> {
    throw new Error('What became of refunds cannot be put back into the tables before them: restore a backup instead.');
  }
}
