import { config } from '#platform/config';
import type { StripeClients } from './checkout/index.ts';
import type { Database, Queryable } from './database/index.ts';
import { invariants } from './invariants.ts';
import { openBooks, stripeInvariants } from './stripe-invariants.ts';

/** `broken` has offending rows. `unknown` could not be looked at. `idle` means nothing while Engawa does not run. */
export interface Finding {
  number: number;
  rule: string;
  result: 'holds' | 'broken' | 'unknown' | 'idle';
  rows: object[];
}

const SHOWN_ROWS = 20;

/** @param running false when no Engawa works on this database, so that nothing expires and no job is done */
export async function verifyDatabase(queryable: Queryable, running: boolean): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { number, rule, sql, whileRunning } of invariants) {
    if (whileRunning && !running) {
      findings.push({ number, rule, result: 'idle', rows: [] });
      continue;
    }
    const { rows } = await queryable.sql<object>(sql);
    findings.push({ number, rule, result: rows.length === 0 ? 'holds' : 'broken', rows });
  }
  return findings;
}

/** Stripe being away, or a brand's keys being refused, leaves what is not broken elsewhere unknown, which is not the same as well. */
export async function verifyStripe(queryable: Queryable, stripes: StripeClients): Promise<Finding[]> {
  const books = await openBooks(queryable, stripes);
  const unread = books.unread.map((one) => ({ stripe: config.stripe.apiUrl ?? 'api.stripe.com', ...one }));
  return stripeInvariants.map(({ number, rule, violations }) => {
    const rows = violations(books);
    if (rows.length > 0) return { number, rule, result: 'broken', rows };
    return { number, rule, result: unread.length > 0 ? 'unknown' : 'holds', rows: unread };
  });
}

/** Every rule, in order, with what breaks it. One snapshot for all that SQL looks at: a sale in between is either in every table or in none. */
export async function findAll(database: Database, stripes: StripeClients, running: boolean): Promise<Finding[]> {
  const ours = await database.transaction(async (tx) => {
    await tx.sql(`SET LOCAL statement_timeout = '10min'`);
    return verifyDatabase(tx, running);
  }, 'REPEATABLE READ');
  return [...ours, ...(await verifyStripe(database, stripes))].sort((a, b) => a.number - b.number);
}

/**
 * Checks all invariants and prints each with what breaks it.
 * @returns whether all of them hold
 */
export async function verify(
  database: Database,
  stripes: StripeClients,
  running: boolean,
  print: (line: string) => void,
): Promise<boolean> {
  const findings = await findAll(database, stripes, running);
  for (const finding of findings) for (const line of linesOf(finding)) print(line);
  const count = (result: Finding['result']) => findings.filter((finding) => finding.result === result).length;
  const sums = [`${count('holds')} hold`, `${count('broken')} broken`, `${count('unknown')} could not be checked`];
  if (count('idle') > 0) sums.push(`${count('idle')} not judged, because Engawa does not run`);
  print(`\n${sums.join(', ')}`);
  return count('broken') + count('unknown') === 0;
}

const marks = { holds: '✓', broken: '✗', unknown: '?', idle: '–' } as const;

function linesOf({ number, rule, result, rows }: Finding): string[] {
  const more = rows.length > SHOWN_ROWS ? [`        … and ${rows.length - SHOWN_ROWS} more`] : [];
  const shown = rows.slice(0, SHOWN_ROWS).map((row) => `        ${rowText(row)}`);
  return [`  ${marks[result]} ${String(number).padStart(2)}  ${rule}`, ...shown, ...more];
}

function rowText(row: object): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${value instanceof Date ? value.toISOString() : String(value)}`)
    .join('  ');
}
