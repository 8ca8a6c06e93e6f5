import type { ReplayInsights } from '#contracts/insights';
import type { TimeMap } from '#contracts/time-map';
import { ratio } from '#insight/ratio';
import type { Queryable } from '../../database/index.ts';
import { linksOf, personOf } from './show.queries.ts';

/** Who has seen what of a show's replay, by person: what one saw on two devices, or twice, counts once. */
export async function replayInsights(queryable: Queryable, showId: string): Promise<ReplayInsights> {
  const { rows } = await queryable.sql<{ seconds: number; map: TimeMap; viewers: number; watched: number }>(
    `WITH device AS (
       SELECT a.brand_id, a.subject_id, a.quantity FROM show_activity a WHERE a.show_id = $1 AND a.name = 'Replay Watched'
     )
     SELECT COALESCE((SELECT seconds FROM replays WHERE show_id = $1), 0) AS seconds,
       COALESCE((SELECT time_map FROM replays WHERE show_id = $1), '[]') AS map,
       count(DISTINCT ${personOf('d.subject_id')})::int AS viewers, COALESCE(sum(d.quantity), 0)::int AS watched
     FROM device d ${linksOf('d')}`,
    [showId],
  );
  const { seconds, map, viewers, watched } = rows[0]!;
  return {
    ...{ seconds, map, viewers, watchSeconds: watched },
    averageWatchSeconds: ratio(watched, viewers),
    curve: await curveOf(queryable, showId),
  };
}

/** The seconds in which the number changes: +1 where a stretch of somebody begins, −1 behind its end. */
async function curveOf(queryable: Queryable, showId: string): Promise<[number, number][]> {
  const { rows } = await queryable.sql<{ second: number; people: number }>(
    `WITH person AS (
       SELECT ${personOf('w.subject_id')} AS person_id, range_agg(w.seconds) AS seconds
       FROM replay_watched w ${linksOf('w')} WHERE w.show_id = $1 GROUP BY 1
     ), stretch AS (
       SELECT unnest(seconds) AS stretch FROM person
     ), step AS (
       SELECT t.second, sum(t.change) AS change FROM stretch, LATERAL (VALUES (lower(stretch), 1), (upper(stretch), -1)) AS t (second, change)
       GROUP BY 1
     )
     SELECT second, people::int FROM (SELECT second, change, sum(change) OVER (ORDER BY second) AS people FROM step) s
     WHERE change <> 0 ORDER BY second`,
    [showId],
  );
  return rows.map(({ second, people }) => [second, people]);
}
