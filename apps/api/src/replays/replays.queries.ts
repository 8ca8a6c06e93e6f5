import type { Replay, ReplayRecord } from '#contracts/replays';
import type { TimeMap } from '#contracts/time-map';
import { AppError } from '#platform/app-error';
import type { Queryable } from '../database/index.ts';
import type { Shown } from './chapters.ts';

const PLAYLIST = 'replay.m3u8';
const THUMBNAILS = 'thumbnails.vtt';
/** After the end of a show its replay is on its way, even before anybody has written that down. */
const EXPECTED_SECONDS = 30;

const keptUntil = `r.ready_at + make_interval(days => b.replay_keep_days)`;
const isKept = `(b.replay_keep_days IS NULL OR ${keptUntil} > engawa_now())`;

/** Whether an ended show, as an SQL expression names its id, sells by its replay. */
export const sellsByReplay = (showId: string) => `EXISTS (SELECT FROM replays r JOIN brands b ON b.id = r.brand_id
  WHERE r.show_id = ${showId} AND r.state = 'ready' AND b.replay_sells AND ${isKept})`;

/** @throws not_found for a show without a replay that can be watched */
export async function watchableReplay(
  queryable: Queryable,
  showId: string,
): Promise<{ brandId: string; seconds: number }> {
  const { rows } = await queryable.sql<{ brandId: string; seconds: number }>(
    `SELECT r.brand_id AS "brandId", r.seconds FROM replays r JOIN brands b ON b.id = r.brand_id
     WHERE r.show_id = $1 AND r.state = 'ready' AND ${isKept}`,
    [showId],
  );
  if (!rows[0]) throw new AppError('not_found');
  return rows[0];
}

interface PublicRow {
  show_id: string;
  slug: string;
  state: Replay['state'];
  base_url: string | null;
  has_thumbnails: boolean | null;
  seconds: number | null;
  time_map: TimeMap | null;
  sells: boolean | null;
  kept_until: Date | null;
}

/** @returns null when there is no such show */
export async function publicReplay(queryable: Queryable, slug: string): Promise<Replay | null> {
  const { rows } = await queryable.sql<PublicRow>(
    `SELECT s.id AS show_id, s.slug, CASE
         WHEN s.state <> 'ended' OR r.state = 'failed' THEN 'none'
         WHEN r.state = 'ready' THEN CASE WHEN ${isKept} THEN 'ready' ELSE 'gone' END
         WHEN r.state = 'preparing' THEN 'preparing'
         WHEN r.state IS NOT NULL THEN 'gone'
         WHEN s.ended_at > engawa_now() - make_interval(secs => $2) AND EXISTS (
           SELECT FROM broadcasts t JOIN media_nodes m ON m.id = t.node_id AND m.packager WHERE t.show_id = s.id AND t.ready_at IS NOT NULL) THEN 'preparing'
         ELSE 'none' END AS state,
       COALESCE(r.base_url, n.public_url || '/replay/' || s.id) AS base_url, r.has_thumbnails, r.seconds, r.time_map,
       b.replay_sells AS sells, ${keptUntil} AS kept_until
     FROM shows s JOIN brands b ON b.id = s.brand_id LEFT JOIN replays r ON r.show_id = s.id LEFT JOIN media_nodes n ON n.id = r.node_id
     WHERE s.slug = $1`,
    [slug, EXPECTED_SECONDS],
  );
  const row = rows[0];
  if (!row) return null;
  if (row.state !== 'ready') return { ...nothing, state: row.state };
  return {
    state: 'ready',
    playlistUrl: `${row.base_url}/${PLAYLIST}`,
    thumbnailsUrl: row.has_thumbnails ? `${row.base_url}/${THUMBNAILS}` : null,
    chaptersUrl: `/api/public/shows/${encodeURIComponent(row.slug)}/replay/chapters.vtt`,
    seconds: row.seconds ?? 0,
    map: row.time_map ?? [],
    sells: row.sells ?? false,
    keptUntil: row.kept_until?.toISOString() ?? null,
  };
}

const nothing: Omit<Replay, 'state'> = {
  playlistUrl: null,
  thumbnailsUrl: null,
  chaptersUrl: null,
  seconds: 0,
  map: [],
  sells: false,
  keptUntil: null,
};

interface RecordRow extends Omit<ReplayRecord, 'bytes' | 'keptUntil' | 'readyAt' | 'removedAt'> {
  bytes: string;
  keptUntil: Date | null;
  readyAt: Date | null;
  removedAt: Date | null;
}

/** For the brand; what is past its time counts as going. */
export async function replayRecord(queryable: Queryable, showId: string): Promise<ReplayRecord> {
  const { rows } = await queryable.sql<RecordRow>(
    `SELECT CASE WHEN r.state = 'ready' AND NOT ${isKept} THEN 'removing' ELSE r.state END AS state, r.seconds, r.bytes, r.storage,
       r.has_mp4 AS "hasMp4", r.missing_broadcasts AS missing, r.ready_at AS "readyAt", ${keptUntil} AS "keptUntil", r.removed_at AS "removedAt",
       r.removed_because AS "removedBecause", r.failure
     FROM replays r JOIN brands b ON b.id = r.brand_id WHERE r.show_id = $1`,
    [showId],
  );
  const row = rows[0];
  if (!row) return { ...noRecord };
  return {
    ...row,
    bytes: Number(row.bytes),
    readyAt: row.readyAt?.toISOString() ?? null,
    keptUntil: row.state === 'ready' ? (row.keptUntil?.toISOString() ?? null) : null,
    removedAt: row.removedAt?.toISOString() ?? null,
  };
}

const noRecord: ReplayRecord = {
  state: 'none',
  seconds: 0,
  bytes: 0,
  storage: null,
  hasMp4: false,
  missing: 0,
  readyAt: null,
  keptUntil: null,
  removedAt: null,
  removedBecause: null,
  failure: null,
};

/** What was on screen, in order. */
export async function shownIn(queryable: Queryable, slug: string): Promise<Shown[]> {
  const { rows } = await queryable.sql<{ name: string; from: Date; to: Date | null }>(
    `SELECT p.name, i.pinned_at AS from, i.unpinned_at AS to
     FROM shows s JOIN pins i ON i.show_id = s.id JOIN offers o ON o.id = i.offer_id JOIN products p ON p.id = o.product_id
     WHERE s.slug = $1 ORDER BY i.pinned_at, i.id`,
    [slug],
  );
  return rows;
}
