import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an order costs: orders, events and mails are queues by themselves, worked off in batches, where each had a job of its own; and what a
 * hold looked up again for every row is known already.
 */
export class FewerStatements1764200000000 implements MigrationInterface {
  readonly name = 'FewerStatements1764200000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- catalog: whoever writes a hold or a movement has locked the level of its variant in the same transaction, and takes the brand from the
-- variant; levels refer to variants, and none is ever deleted. Looked up again for each row, that was a third of a hold.
ALTER TABLE stock_movements DROP CONSTRAINT stock_movements_variant_id_fkey;
ALTER TABLE holds DROP CONSTRAINT holds_variant_id_fkey, DROP CONSTRAINT holds_brand_id_fkey,
  ADD for_voucher boolean NOT NULL DEFAULT false;
UPDATE holds h SET for_voucher = true FROM orders o WHERE o.id = h.order_id AND o.pay_by IS NOT NULL AND h.state = 'attached';
-- what waits days for a voucher to be paid does not keep its buyer from buying the same once more
DROP INDEX holds_one_open_per_variant;
CREATE UNIQUE INDEX holds_one_open_per_variant ON holds (viewer_id, offer_id, variant_id)
  WHERE state IN ('active', 'attached') AND NOT for_voucher;

-- checkout: when to look after an order next
ALTER TABLE orders ADD look_at timestamptz;
UPDATE orders SET look_at = engawa_now() WHERE state = 'pending';
ALTER TABLE orders ADD CONSTRAINT orders_pending_is_looked_after CHECK (state <> 'pending' OR look_at IS NOT NULL);
DROP INDEX orders_pending;
CREATE INDEX orders_look ON orders (look_at) WHERE state = 'pending';
CREATE INDEX holds_order ON holds (order_id) WHERE order_id IS NOT NULL;

-- the webhook's inbox: when to try an event, how often it was tried, and until when somebody is at it
ALTER TABLE stripe_events
  ADD next_at timestamptz NOT NULL DEFAULT now(),
  ADD attempts integer NOT NULL DEFAULT 0,
  ADD taken_until timestamptz;
CREATE INDEX stripe_events_inbox ON stripe_events (next_at) WHERE processed_at IS NULL;

-- mail
ALTER TABLE mails
  ADD next_at timestamptz NOT NULL DEFAULT now(),
  ADD taken_until timestamptz;
CREATE INDEX mails_queue ON mails (next_at) WHERE state = 'queued';

-- the jobs that did this until now; what they were for waits in the tables above
DO $$ BEGIN
  IF to_regclass('graphile_worker._private_jobs') IS NOT NULL THEN
    DELETE FROM graphile_worker._private_jobs j USING graphile_worker._private_tasks t
    WHERE t.id = j.task_id AND t.identifier IN ('reconcile-order', 'settle-payment', 'send-mail');
  END IF;
END $$;
`);
  }

  async down(): Promise<void> {
    throw new Error('What waits in these queues would be lost: restore a backup instead.');
  }
}
