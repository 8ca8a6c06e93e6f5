import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { logger } from '#platform/logger';
import { Database, type Tx } from '../../database/index.ts';
import { addVersions, isBehind } from '../../engagement/index.ts';

/** A busy show touches the same people again and again: those of a few seconds are added up together. */
const LOOK_EVERY_MS = 5_000;
/** A person is added up whole in each part of the log that they acted in: a backlog is waited for, and taken in few. */
const BACKLOG_ROWS = 500_000;
const MAX_ROWS = 5_000_000;
/** For such a part: joined by hash, where rows looked up one by one would be read from all over the disk. */
const WORK_MEM = '128MB';
const MAX_MOVES = 5_000;
/** The last stretches of watching are written within this time after a show's end. */
const CLOSED_AFTER = `interval '1 minute'`;
const IDLE = `interval '30 minutes'`;

/**
 * Adds up what persons did, out of what their subjects did. Only those whom new rows of the log, changed links or the end of a show have
 * touched are added up, each as a whole: the order in which things became known makes no difference.
 */
@Injectable()
export class PersonRollups implements OnApplicationBootstrap, BeforeApplicationShutdown {
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

  /** Brings persons up to what their subjects' rollups know now. */
  async catchUp(): Promise<void> {
    while (await this.#step());
  }

  #again(): void {
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    try {
      if (!(await isBehind(this.database, 'activity', BACKLOG_ROWS))) await this.catchUp();
    } catch (error) {
      if (!this.#stopping) logger.warn({ err: error }, 'persons were not added up, trying again');
    }
    if (!this.#stopping) this.#again();
  }

  /** @returns whether there was anything to do */
  async #step(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      await tx.sql(`SET LOCAL statement_timeout = '10min'`);
      await tx.sql(`SET LOCAL work_mem = '${WORK_MEM}'`);
      const { rows } = await tx.sql<{ from: string; to: string }>(
        `SELECT p.done_id AS from, LEAST(a.done_id, p.done_id + ${MAX_ROWS}) AS to
         FROM rollups p, rollups a WHERE p.name = 'persons' AND a.name = 'activity' FOR UPDATE OF p`,
      );
      const { from, to } = rows[0]!;
      await tx.sql(
        `CREATE TEMP TABLE IF NOT EXISTS touched (brand_id uuid, person_id uuid, show_id uuid, wholly boolean) ON COMMIT DELETE ROWS`,
      );
      const moved = await touchedByMoves(tx);
      const touched = (await touchedByLog(tx, from, to)) + moved + (await touchedByEnds(tx));
      if (touched > 0) await addUp(tx, moved > 0);
      await tx.sql(`UPDATE rollups SET done_id = $1, done_at = engawa_now() WHERE name = 'persons' AND done_id < $1`, [
        to,
      ]);
      return touched > 0 || Number(to) > Number(from);
    });
  }
}

async function touchedByLog(tx: Tx, from: string, to: string): Promise<number> {
  if (Number(to) <= Number(from)) return 0;
  const { count } = await tx.sql(
    `INSERT INTO touched SELECT DISTINCT i.brand_id, COALESCE(l.person_id, i.subject_id), i.show_id, false
     FROM interactions i LEFT JOIN person_links l ON l.brand_id = i.brand_id AND l.subject_id = i.subject_id WHERE i.id > $1 AND i.id <= $2`,
    [from, to],
  );
  return count;
}

/** Persons whose links have changed, both those that lost a subject and those that won one. */
async function touchedByMoves(tx: Tx): Promise<number> {
  const { count } = await tx.sql(
    `WITH moved AS (
       DELETE FROM person_moves WHERE id IN (SELECT id FROM person_moves ORDER BY id LIMIT ${MAX_MOVES}) RETURNING brand_id, person_id
     ) INSERT INTO touched SELECT DISTINCT brand_id, person_id, NULL::uuid, true FROM moved`,
  );
  return count;
}

async function touchedByEnds(tx: Tx): Promise<number> {
  const { count } = await tx.sql(
    `WITH closed AS (
       INSERT INTO show_people_closings (show_id)
       SELECT id FROM shows s WHERE ended_at < engawa_now() - ${CLOSED_AFTER} AND NOT EXISTS (SELECT FROM show_people_closings c WHERE c.show_id = s.id)
       ORDER BY id LIMIT 10 ON CONFLICT DO NOTHING RETURNING show_id
     ) INSERT INTO touched SELECT w.brand_id, COALESCE(l.person_id, w.viewer_id), w.show_id, false
     FROM watch_intervals w JOIN closed c ON c.show_id = w.show_id
     LEFT JOIN person_links l ON l.brand_id = w.brand_id AND l.subject_id = w.viewer_id
     UNION SELECT p.brand_id, p.person_id, p.show_id, false FROM show_people p JOIN closed c ON c.show_id = p.show_id`,
  );
  return count;
}

async function addUp(tx: Tx, anyMoved: boolean): Promise<void> {
  await tx.sql(
    `CREATE TEMP TABLE IF NOT EXISTS touched_subjects (brand_id uuid, person_id uuid, subject_id uuid) ON COMMIT DELETE ROWS`,
  );
  // A person without links is their own subject; one who is linked to another has none left.
  await tx.sql(
    `WITH person AS (SELECT DISTINCT brand_id, person_id FROM touched)
     INSERT INTO touched_subjects
       SELECT p.brand_id, p.person_id, l.subject_id FROM person p JOIN person_links l ON l.brand_id = p.brand_id AND l.person_id = p.person_id
       UNION SELECT p.brand_id, p.person_id, p.person_id FROM person p
       WHERE NOT EXISTS (SELECT FROM person_links l WHERE l.brand_id = p.brand_id AND l.subject_id = p.person_id)`,
  );
  await tx.sql(`ANALYZE touched, touched_subjects`);
  if (anyMoved) await addTheirShows(tx);
  await addSessions(tx);
  await addShows(tx);
  // Whoever is a person now also bought what their subjects did, in whatever show.
  await addVersions(
    tx,
    `SELECT show_id FROM touched WHERE show_id IS NOT NULL UNION SELECT brand_id FROM touched WHERE wholly`,
  );
}

/** Every show of those whose links have changed. */
async function addTheirShows(tx: Tx): Promise<void> {
  await tx.sql(
    `INSERT INTO touched
       SELECT t.brand_id, t.person_id, p.show_id, false FROM touched t JOIN show_people p ON p.person_id = t.person_id WHERE t.wholly
       UNION SELECT t.brand_id, t.person_id, a.show_id, false FROM touched t JOIN touched_subjects s USING (brand_id, person_id)
         JOIN show_activity a ON a.subject_id = s.subject_id AND a.brand_id = s.brand_id WHERE t.wholly
       UNION SELECT t.brand_id, t.person_id, w.show_id, false FROM touched t JOIN touched_subjects s USING (brand_id, person_id)
         JOIN watch_intervals w ON w.viewer_id = s.subject_id AND w.brand_id = s.brand_id WHERE t.wholly`,
  );
}

async function addShows(tx: Tx): Promise<void> {
  await tx.sql(
    `WITH pair AS (SELECT DISTINCT brand_id, person_id, show_id FROM touched WHERE show_id IS NOT NULL),
     activity AS (
       SELECT p.show_id, p.person_id, bool_or(a.name = 'Live Joined') AS joined,
              bool_or(a.name IN ('Chat Sent', 'Reaction Sent', 'Product Clicked', 'Survey Answered')) AS engaged,
              COALESCE(sum(a.count) FILTER (WHERE a.name = 'Product Viewed'), 0) AS impressions,
              COALESCE(sum(a.count) FILTER (WHERE a.name = 'Product Clicked'), 0) AS clicks
       FROM pair p JOIN touched_subjects s USING (brand_id, person_id) JOIN show_activity a ON a.show_id = p.show_id AND a.subject_id = s.subject_id
       GROUP BY 1, 2
     ), watched AS (
       SELECT p.show_id, p.person_id,
              range_agg(tstzrange(w.started_at, w.ended_at) * tstzrange(sh.live_since, COALESCE(sh.ended_at, 'infinity')))
                FILTER (WHERE sh.live_since IS NOT NULL) AS stretches
       FROM pair p JOIN touched_subjects s USING (brand_id, person_id) JOIN watch_intervals w ON w.viewer_id = s.subject_id AND w.show_id = p.show_id
       JOIN shows sh ON sh.id = p.show_id WHERE w.ended_at > w.started_at GROUP BY 1, 2
     ), fact AS (
       SELECT p.*, COALESCE(a.joined, false) OR w.person_id IS NOT NULL AS viewed,
              COALESCE(a.engaged AND (a.joined OR w.person_id IS NOT NULL), false) AS engaged,
              COALESCE((SELECT sum(extract(epoch FROM upper(r) - lower(r)) * 1000) FROM unnest(w.stretches) AS r), 0)::bigint AS watched_ms,
              COALESCE(a.impressions, 0) AS impressions, COALESCE(a.clicks, 0) AS clicks
       FROM pair p LEFT JOIN activity a USING (show_id, person_id) LEFT JOIN watched w USING (show_id, person_id)
       WHERE a.person_id IS NOT NULL OR w.person_id IS NOT NULL
     ), gone AS (
       DELETE FROM show_people o USING pair p WHERE o.show_id = p.show_id AND o.person_id = p.person_id
         AND NOT EXISTS (SELECT FROM fact f WHERE f.show_id = o.show_id AND f.person_id = o.person_id)
     )
     INSERT INTO show_people AS o (show_id, person_id, brand_id, viewed, engaged, watched_ms, impressions, clicks)
     SELECT show_id, person_id, brand_id, viewed, engaged, watched_ms, impressions, clicks FROM fact
     ON CONFLICT (show_id, person_id) DO UPDATE SET viewed = EXCLUDED.viewed, engaged = EXCLUDED.engaged,
       watched_ms = EXCLUDED.watched_ms, impressions = EXCLUDED.impressions, clicks = EXCLUDED.clicks
     WHERE (o.viewed, o.engaged, o.watched_ms, o.impressions, o.clicks)
       IS DISTINCT FROM (EXCLUDED.viewed, EXCLUDED.engaged, EXCLUDED.watched_ms, EXCLUDED.impressions, EXCLUDED.clicks)`,
  );
  // A show that has not been live stands last: it is before none.
  const before = (condition: string) =>
    `COALESCE(max(s.live_since) FILTER (WHERE ${condition}) OVER earlier, '-infinity')`;
  await tx.sql(
    `WITH person AS (SELECT DISTINCT brand_id, person_id FROM touched),
     fact AS (
       SELECT o.show_id, o.person_id, ${before('o.viewed')} AS viewed, ${before('o.engaged')} AS engaged,
              ${before('o.impressions > 0')} AS saw, ${before('o.clicks > 0')} AS clicked
       FROM person p JOIN show_people o ON o.person_id = p.person_id AND o.brand_id = p.brand_id JOIN shows s ON s.id = o.show_id
       WINDOW earlier AS (PARTITION BY o.person_id ORDER BY s.live_since NULLS LAST, o.show_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
     )
     , changed AS (
       UPDATE show_people o SET viewed_before = f.viewed, engaged_before = f.engaged, saw_before = f.saw, clicked_before = f.clicked
       FROM fact f WHERE o.show_id = f.show_id AND o.person_id = f.person_id
         AND (o.viewed_before, o.engaged_before, o.saw_before, o.clicked_before) IS DISTINCT FROM (f.viewed, f.engaged, f.saw, f.clicked)
       RETURNING o.brand_id, o.show_id
     )
     INSERT INTO touched (brand_id, show_id) SELECT DISTINCT brand_id, show_id FROM changed`,
  );
}

/** Sessions of several devices that meet, or follow each other within the idle time, are one. */
async function addSessions(tx: Tx): Promise<void> {
  await tx.sql(
    `WITH person AS (SELECT DISTINCT brand_id, person_id FROM touched),
     visit AS (
       SELECT s.brand_id, s.person_id, v.started_at,
              v.started_at > max(v.ended_at) OVER earlier + ${IDLE} AS apart, count(*) OVER earlier AS place
       FROM touched_subjects s JOIN visits v ON v.brand_id = s.brand_id AND v.subject_id = s.subject_id
       WINDOW earlier AS (PARTITION BY s.brand_id, s.person_id ORDER BY v.started_at, v.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
     ), by_day AS (
       SELECT v.brand_id, v.person_id, (v.started_at AT TIME ZONE b.time_zone)::date AS day, count(*)::int AS sessions
       FROM visit v JOIN brands b ON b.id = v.brand_id WHERE v.apart OR v.place = 0 GROUP BY 1, 2, 3
     ), fact AS (
       SELECT *, COALESCE(lag(day) OVER (PARTITION BY brand_id, person_id ORDER BY day), '-infinity') AS day_before FROM by_day
     ), gone AS (
       DELETE FROM person_sessions o USING person p WHERE o.brand_id = p.brand_id AND o.person_id = p.person_id
         AND NOT EXISTS (SELECT FROM fact f WHERE f.brand_id = o.brand_id AND f.person_id = o.person_id AND f.day = o.day)
     )
     INSERT INTO person_sessions AS o (brand_id, person_id, day, sessions, day_before) SELECT brand_id, person_id, day, sessions, day_before FROM fact
     ON CONFLICT (brand_id, person_id, day) DO UPDATE SET sessions = EXCLUDED.sessions, day_before = EXCLUDED.day_before
     WHERE (o.sessions, o.day_before) IS DISTINCT FROM (EXCLUDED.sessions, EXCLUDED.day_before)`,
  );
}
