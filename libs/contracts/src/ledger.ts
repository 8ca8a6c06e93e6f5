import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Empty, Time } from './ids.ts';

/** One rule of the ledger as it was found. `rows`: how many break it; which, `npm run verify` shows. */
export const LedgerFinding = z.object({
  number: z.int(),
  rule: z.string(),
  result: z.enum(['holds', 'broken', 'unknown', 'idle']),
  rows: z.int(),
});
export type LedgerFinding = z.infer<typeof LedgerFinding>;

export const ledgerApi = {
  /** The last hourly check of stock, holds, orders and Stripe's books; null before the first. */
  check: endpoint(
    'GET',
    '/api/ledger',
    Empty,
    z.object({ check: z.nullable(z.object({ checkedAt: Time, findings: z.array(LedgerFinding) })) }),
  ),
};
