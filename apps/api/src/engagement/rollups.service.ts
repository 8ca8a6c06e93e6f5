import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '#platform/logger';
import { Database, type Tx } from '../database/index.ts';

const LOOK_EVERY_MS = 1_000;
/** Only a backlog is so long, and costs by its parts: whoever acted in many of them is clustered in each. */
const MAX_ROWS = 250_000;
/** A writer that holds the log for longer is waited for at the next look. */
const LOCK_TIMEOUT_MS = 500;
/** The whole seconds of the playhead that a stretch comes nearest to: stretches that follow each other leave no hole. */
const REPLAYED = `int4range(round((i.properties->>'from')::numeric)::int,
  GREATEST(round((i.properties->>'from')::numeric)::int + 1, round((i.properties->>'to')::numeric)::int))`;
/** A session ends after this long without a sign of the person. */
const IDLE = `interval '30 minutes'`;

/**
 * Adds new rows of the log up into what dashboards read. Each row is added once: the watermark moves in the same transaction. Late rows
 * have late ids, so that they are simply added to the day and show that they belong to.
 */
@Injectable()
export class RollupsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.#again();
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
    clearTimeout(this.#timer);
  }

  /** Brings the rollups up to what is committed now. @returns how many ids of the log it went over */
  async catchUp(): Promise<number> {
    const upTo = await this.#committedUpTo();
    let before = 0;
    for (let moved = 1; moved > 0; before += moved) moved = await this.#addUp(upTo);
    return before;
  }

  #again(): void {
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    try {
      if (await this.#hasNews()) await this.catchUp();
    } catch (error) {
      if (!this.#stopping) logger.warn({ err: error }, 'the log was not added up, trying again');
    }
    if (!this.#stopping) this.#again();
  }

  async #hasNews(): Promise<boolean> {
    const { rows } = await this.database.sql<{ news: boolean }>(
      `SELECT s.is_called AND s.last_value > r.done_id AS news FROM interaction_ids s, rollups r WHERE r.name = 'activity'`,
    );
    return rows[0]!.news;
  }

  /**
   * The last id of which every smaller one is committed or never will be. Ids are given while a writer holds its lock on the table, so that once
   * all writers have been waited for, none can appear below.
   */
  async #committedUpTo(): Promise<string> {
    return this.database.transaction(async (tx) => {
      await tx.sql(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await tx.sql(`LOCK TABLE ONLY interactions IN SHARE MODE`);
      // A sequence that gave nothing yet says 1, which is the id that it will give first.
      const { rows } = await tx.sql<{ given: string }>(
        `SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END AS given FROM interaction_ids`,
      );
      return rows[0]!.given;
    });
  }

  /** The next part up to `upTo`; another process that is at it is waited for. */
  async #addUp(upTo: string): Promise<number> {
    return this.database.transaction(async (tx) => {
      await tx.sql(`SET LOCAL statement_timeout = '10min'`);
      const { rows } = await tx.sql<{ from: string; to: string }>(
        `SELECT done_id AS from, LEAST($1::bigint, done_id + ${MAX_ROWS}) AS to FROM rollups WHERE name = 'activity' FOR UPDATE`,
        [upTo],
      );
      const { from, to } = rows[0]!;
      if (Number(to) <= Number(from)) return 0;
      await tx.sql(
        `CREATE TEMP TABLE IF NOT EXISTS fresh (
           brand_id uuid, subject_id uuid, name text, show_id uuid, product_id uuid, quantity bigint, context jsonb,
           occurred_at timestamptz, day date, replayed int4range) ON COMMIT DELETE ROWS`,
      );
      await tx.sql(
        `INSERT INTO fresh SELECT i.brand_id, i.subject_id, i.name, i.show_id, i.product_id, i.quantity, i.context, i.occurred_at,
                (i.occurred_at AT TIME ZONE b.time_zone)::date, CASE WHEN i.name = 'Replay Watched' THEN ${REPLAYED} END
         FROM interactions i JOIN brands b ON b.id = i.brand_id WHERE i.id > $1 AND i.id <= $2`,
        [from, to],
      );
      await addActivity(tx);
      await addReplays(tx);
      await addVisits(tx);
      await addVersions(
        tx,
        `SELECT show_id FROM fresh WHERE show_id IS NOT NULL UNION SELECT brand_id FROM fresh WHERE name IN ('Order Completed', 'Order Refunded')`,
      );
      await tx.sql(`UPDATE rollups SET done_id = $1, done_at = engawa_now() WHERE name = 'activity'`, [to]);
      return Number(to) - Number(from);
    });
  }
}

/** Whether a reading of the log is more than so many rows behind it, as after an import or an outage. */
export async function isBehind(database: Database, reading: 'activity' | 'persons', rows: number): Promise<boolean> {
  const { rows: found } = await database.sql<{ behind: boolean }>(
    `SELECT s.last_value - r.done_id > $2::bigint AS behind FROM interaction_ids s, rollups r WHERE r.name = $1`,
    [reading, rows],
  );
  return found[0]!.behind;
}

/**
 * What was read of these shows or brands before this transaction is out of date.
 * @param changed SQL of their ids
 */
export async function addVersions(tx: Tx, changed: string): Promise<void> {
  await tx.sql(
    `INSERT INTO report_versions AS v (subject_id) SELECT id FROM (${changed}) AS changed (id) ORDER BY id
     ON CONFLICT (subject_id) DO UPDATE SET version = v.version + 1`,
  );
}

async function addActivity(tx: Tx): Promise<void> {
  await tx.sql(
    `INSERT INTO show_activity AS a (show_id, brand_id, subject_id, name, product_id, count, quantity, first_at, last_at)
     SELECT show_id, brand_id, subject_id, name, product_id, count(*), sum(quantity), min(occurred_at), max(occurred_at)
     FROM fresh WHERE show_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 4, 5
     ON CONFLICT (show_id, subject_id, name, product_id) DO UPDATE SET count = a.count + EXCLUDED.count, quantity = a.quantity + EXCLUDED.quantity,
       first_at = LEAST(a.first_at, EXCLUDED.first_at), last_at = GREATEST(a.last_at, EXCLUDED.last_at)`,
  );
  await tx.sql(
    `INSERT INTO show_steps (show_id, brand_id, subject_id, name, product_id, at)
     SELECT show_id, brand_id, subject_id, name, product_id, occurred_at FROM fresh
     WHERE show_id IS NOT NULL AND name IN ('Product Clicked', 'Checkout Started') ORDER BY show_id, occurred_at`,
  );
  await tx.sql(
    `INSERT INTO show_seconds AS m (show_id, second, name, count, quantity)
     SELECT show_id, date_trunc('second', occurred_at), name, count(*), sum(quantity)
     FROM fresh WHERE show_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
     ON CONFLICT (show_id, second, name) DO UPDATE SET count = m.count + EXCLUDED.count, quantity = m.quantity + EXCLUDED.quantity`,
  );
  await tx.sql(
    `INSERT INTO day_activity AS d (brand_id, day, subject_id, name, count, quantity, last_at)
     SELECT brand_id, day, subject_id, name, count(*), sum(quantity), max(occurred_at)
     FROM fresh GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
     ON CONFLICT (brand_id, day, subject_id, name) DO UPDATE SET count = d.count + EXCLUDED.count, quantity = d.quantity + EXCLUDED.quantity,
       last_at = GREATEST(d.last_at, EXCLUDED.last_at)`,
  );
}

async function addReplays(tx: Tx): Promise<void> {
  await tx.sql(
    `INSERT INTO replay_watched AS w (show_id, subject_id, brand_id, seconds)
     SELECT show_id, subject_id, brand_id, range_agg(replayed) FROM fresh
     WHERE replayed IS NOT NULL AND show_id IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2
     ON CONFLICT (show_id, subject_id) DO UPDATE SET seconds = w.seconds + EXCLUDED.seconds`,
  );
}

/**
 * New signs of a subject, the watching around them and the visits that they touch are clustered anew: whatever the order in which they
 * come, the visits are those that all signs together make.
 */
async function addVisits(tx: Tx): Promise<void> {
  await tx.sql(
    `WITH news AS (
       SELECT brand_id, subject_id, min(occurred_at) AS first, max(occurred_at) AS last FROM fresh
       WHERE name NOT IN ('Order Refunded') GROUP BY 1, 2
     ), watched AS (
       SELECT n.brand_id, n.subject_id, w.started_at AS first, w.ended_at AS last, w.show_id
       FROM news n JOIN watch_intervals w ON w.viewer_id = n.subject_id AND w.brand_id = n.brand_id
         AND w.started_at <= n.last + ${IDLE} AND w.ended_at >= n.first - ${IDLE}
     ), reach AS (
       SELECT brand_id, subject_id, min(first) AS first, max(last) AS last
       FROM (SELECT brand_id, subject_id, first, last FROM news UNION ALL SELECT brand_id, subject_id, first, last FROM watched) both_of
       GROUP BY 1, 2
     ), old AS (
       DELETE FROM visits v USING reach r WHERE v.brand_id = r.brand_id AND v.subject_id = r.subject_id
         AND v.started_at <= r.last + ${IDLE} AND v.ended_at >= r.first - ${IDLE} RETURNING v.*
     ), sign AS (
       SELECT brand_id, subject_id, occurred_at AS first, occurred_at AS last, 1 AS events, show_id, context FROM fresh
       WHERE name NOT IN ('Order Refunded')
       UNION ALL SELECT brand_id, subject_id, first, last, 0, show_id, NULL FROM watched
       UNION ALL SELECT brand_id, subject_id, started_at, ended_at, events, show_id, context FROM old
     ), marked AS (
       SELECT *, first > max(last) OVER earlier + ${IDLE} AS is_new FROM sign
       WINDOW earlier AS (PARTITION BY brand_id, subject_id ORDER BY first, last ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
     ), numbered AS (
       SELECT *, count(*) FILTER (WHERE is_new) OVER (PARTITION BY brand_id, subject_id ORDER BY first, last) AS visit FROM marked
     )
     INSERT INTO visits (id, brand_id, subject_id, started_at, ended_at, events, show_id, context)
     SELECT gen_random_uuid(), brand_id, subject_id, min(first), max(last), sum(events),
            (array_agg(show_id ORDER BY first) FILTER (WHERE show_id IS NOT NULL))[1],
            (array_agg(context ORDER BY first) FILTER (WHERE context IS NOT NULL))[1]
     FROM numbered GROUP BY brand_id, subject_id, visit`,
  );
}
