import type { Line } from './line.ts';
import type { ShopClient } from './shop-client.ts';
import type { StaffClient } from './staff.ts';
import type { Tally } from './tally.ts';

/** Engawa as a run finds it, in processes of its own or in this one. */
export interface Stage {
  shop: ShopClient;
  line: Line;
  tally: Tally;
  /** What has not come to rest after so long never will. */
  patienceMs: number;
  sql<Row = Record<string, unknown>>(text: string, parameters?: unknown[]): Promise<Row[]>;
  /** The sandbox's own knobs. */
  knobs(values: object): Promise<void>;
  undeliveredEvents(): Promise<number>;
  readonly staff: StaffClient;
  /** Ends the api without a farewell and waits until it is back. */
  killApi(): Promise<void>;
  /** Ends PostgreSQL without a checkpoint and waits until it is back from its log. */
  crashDatabase(): Promise<void>;
  /** What `npm run verify` finds broken, by its own lines. */
  verify(): Promise<string[]>;
}

/** Lets the clock of the business go ahead, and with it the jobs that wait for their time. */
export async function pass(stage: Stage, seconds: number): Promise<void> {
  await stage.sql(
    `WITH clock AS (UPDATE clock_offsets SET ahead = ahead + make_interval(secs => $1))
     UPDATE graphile_worker._private_jobs SET run_at = run_at - make_interval(secs => $1)
     WHERE run_at > now() AND locked_at IS NULL`,
    [seconds],
  );
  // As graphile-worker's own add_job does, so that its runner need not look by itself.
  await stage.sql(`SELECT pg_notify('jobs:insert', '{"r":0,"count":1}')`);
}
