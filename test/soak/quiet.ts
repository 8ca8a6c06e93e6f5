import { setTimeout as sleep } from 'node:timers/promises';
import { pass, type Stage } from './stage.ts';

const LOOK_EVERY_MS = 200;

/**
 * Something that is still under way: an open order or hold, an event, a refund, a job. A job that waits for a far
 * time is none; nor one that was planned anew while its process was killed: graphile-worker keeps its row as used up, and for minutes as one that is
 * at work.
 */
const open = `
  SELECT 'order ' || id AS what FROM orders WHERE state = 'pending'
  UNION ALL SELECT 'hold ' || id FROM holds WHERE state IN ('active', 'attached')
  UNION ALL SELECT 'event ' || id FROM stripe_events WHERE processed_at IS NULL
  UNION ALL SELECT 'refund ' || id FROM refunds WHERE settled_at IS NULL
  UNION ALL SELECT concat_ws(' ', 'job', task_identifier, key, 'attempt', attempts, last_error) FROM graphile_worker.jobs
    WHERE locked_at > now() - interval '15 seconds'
      OR attempts < max_attempts AND (locked_at IS NOT NULL OR run_at <= now() OR attempts > 0)`;

/** A voucher lasts three days, to the end of the last, and is waited for a while longer. */
const VOUCHER_SECONDS = 5 * 86_400;
const SWEEP_SECONDS = 3_700;

/**
 * Waits until nothing is under way. Time goes ahead meanwhile, so that holds end and what is to be tried again is tried; then by days, for
 * vouchers that nobody pays; then by an hour, for the sweep of Stripe's books.
 *
 * @returns what did not come to an end
 */
export async function comeToRest(stage: Stage): Promise<string[]> {
  await pass(stage, 420);
  await untilStill(
    stage,
    `${open} EXCEPT SELECT 'order ' || id FROM orders WHERE pay_by IS NOT NULL
    EXCEPT SELECT 'hold ' || h.id FROM holds h JOIN orders o ON o.id = h.order_id WHERE o.pay_by IS NOT NULL`,
  );
  for (const seconds of [VOUCHER_SECONDS, SWEEP_SECONDS]) {
    await pass(stage, seconds);
    const left = await untilStill(stage, open);
    if (left.length > 0) return left;
  }
  return [];
}

async function untilStill(stage: Stage, open: string): Promise<string[]> {
  let left: { what: string }[] = [];
  for (let round = 0; round < stage.patienceMs / LOOK_EVERY_MS; round += 1) {
    await sleep(LOOK_EVERY_MS);
    left = await stage.sql<{ what: string }>(open);
    if (left.length === 0 && (await stage.undeliveredEvents()) === 0) return [];
    if (round % 5 === 4) await pass(stage, 200);
  }
  return left.map(({ what }) => what);
}
