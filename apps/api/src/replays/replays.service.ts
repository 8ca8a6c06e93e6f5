import {
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { REPLAY_DOWNLOAD, type MediaFact } from '#contracts/media';
import type { Replay, ReplayRecord } from '#contracts/replays';
import { AppError } from '#platform/app-error';
import { signToken } from '#platform/grants';
import { logger } from '#platform/logger';
import { Database, DomainEvents, Shared, Sweep } from '../database/index.ts';
import { MediaClient, RecordingFacts, showEnded, ShowsService } from '../shows/index.ts';
import { chapterTrack } from './chapters.ts';
import { publicReplay, replayRecord, shownIn } from './replays.queries.ts';

const LOOK_EVERY_MS = 5_000;
/** A process that was asked and says nothing is asked again. */
const ASK_AGAIN_SECONDS = 10;
const GIVE_UP_HOURS = 24;
/** Of a broadcast that was shorter, nobody misses anything. */
const SHORTEST_SECONDS = 5;
const DOWNLOAD_SECONDS = 3_600;

type Fact = Extract<MediaFact, { type: 'recording' }>;

/**
 * From the end of a show to the end of its replay. What is to be done is in the table, and done again until the media process says that it
 * is: nothing is lost with a message, or with either process.
 */
@Injectable()
export class ReplaysService implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #sweep = new Sweep('replays', LOOK_EVERY_MS, () => this.look());
  /** A crowd that has watched to the end asks at one moment. */
  readonly #pages = new Shared<Replay | null>();

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly media: MediaClient,
    private readonly facts: RecordingFacts,
    private readonly shows: ShowsService,
  ) {}

  onModuleInit(): void {
    this.events.on(showEnded, () => this.#sweep.soon(0));
    this.facts.handler = (fact) => this.#take(fact);
  }

  onApplicationBootstrap(): void {
    this.#sweep.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#sweep.stop();
  }

  /** @throws not_found */
  async public(slug: string): Promise<Replay> {
    const replay = await this.#pages.get(slug, () => publicReplay(this.database, slug));
    if (!replay) throw new AppError('not_found');
    return replay;
  }

  /** WebVTT. @throws not_found without a replay */
  async chapters(slug: string): Promise<string> {
    const { state, map, seconds } = await this.public(slug);
    if (state !== 'ready') throw new AppError('not_found');
    return chapterTrack(await shownIn(this.database, slug), map, seconds);
  }

  /** @throws not_found, for another brand's show too */
  async record(brandId: string, showId: string): Promise<ReplayRecord> {
    await this.shows.get(brandId, showId);
    return replayRecord(this.database, showId);
  }

  /** @throws not_found without an MP4 */
  async download(brandId: string, showId: string, memberId: string): Promise<{ url: string }> {
    const show = await this.shows.get(brandId, showId);
    const { rows } = await this.database.sql<{ public_url: string }>(
      `SELECT n.public_url FROM replays r JOIN media_nodes n ON n.id = r.node_id WHERE r.show_id = $1 AND r.state = 'ready' AND r.has_mp4`,
      [showId],
    );
    if (!rows[0]) throw new AppError('not_found');
    const token = await signToken(REPLAY_DOWNLOAD, { sub: showId, name: show.slug }, DOWNLOAD_SECONDS);
    logger.info({ showId, memberId }, 'the MP4 of a replay was asked for');
    return { url: `${rows[0].public_url}/replay/${showId}/show.mp4?token=${token}` };
  }

  /** Viewers see it no more from now on; the files follow. @throws not_found without a replay */
  async remove(brandId: string, showId: string, memberId: string): Promise<void> {
    const { count } = await this.database.sql(
      `UPDATE replays SET state = 'removing', removed_because = 'deleted', asked_at = '-infinity'
       WHERE show_id = $1 AND brand_id = $2 AND state IN ('ready', 'failed')`,
      [showId, brandId],
    );
    if (count === 0) throw new AppError('not_found');
    logger.info({ showId, memberId }, 'a replay is deleted');
    this.#sweep.soon(0);
  }

  /** All that is due: shows that ended, replays past their time, and processes that did not answer. */
  async look(): Promise<void> {
    await this.database.sql(
      `INSERT INTO replays (show_id, brand_id, node_id, state, created_at, asked_at)
       SELECT s.id, s.brand_id, t.node_id, 'preparing', engawa_now(), '-infinity'
       FROM shows s CROSS JOIN LATERAL (
         SELECT node_id FROM broadcasts WHERE show_id = s.id AND ready_at IS NOT NULL ORDER BY ready_at DESC LIMIT 1) t
       JOIN media_nodes n ON n.id = t.node_id AND n.packager
       WHERE s.state = 'ended' AND s.ended_at > engawa_now() - make_interval(hours => $1)
       ON CONFLICT DO NOTHING`,
      [GIVE_UP_HOURS],
    );
    await this.database.sql(
      `UPDATE replays r SET state = 'removing', removed_because = 'retention', asked_at = '-infinity' FROM brands b
       WHERE b.id = r.brand_id AND r.state = 'ready' AND r.ready_at + make_interval(days => b.replay_keep_days) <= engawa_now()`,
    );
    await this.database.sql(
      `UPDATE replays SET state = 'failed', failure = 'no_answer'
       WHERE state = 'preparing' AND created_at < engawa_now() - make_interval(hours => $1)`,
      [GIVE_UP_HOURS],
    );
    const { rows } = await this.database.sql<{ show_id: string; state: 'preparing' | 'removing'; control_url: string }>(
      `UPDATE replays r SET asked_at = now() FROM media_nodes n WHERE n.id = r.node_id AND r.state IN ('preparing', 'removing')
         AND r.asked_at < now() - make_interval(secs => $1) RETURNING r.show_id, r.state, n.control_url`,
      [ASK_AGAIN_SECONDS],
    );
    await Promise.all(
      rows.map(({ show_id: showId, state, control_url: controlUrl }) =>
        this.media.send(controlUrl, { type: state === 'preparing' ? 'finishRecording' : 'removeRecording', showId }),
      ),
    );
  }

  /** Facts may come twice, or late: what is being removed is not brought back by one. */
  async #take({ showId, nodeId, recording }: Fact): Promise<void> {
    switch (recording.state) {
      case 'progress':
        await this.database.sql(`UPDATE replays SET asked_at = now() WHERE show_id = $1 AND state = 'preparing'`, [
          showId,
        ]);
        return;
      case 'ready': {
        const { baseUrl, storage, seconds, bytes, map, broadcastIds, hasMp4, hasThumbnails } = recording;
        await this.database.sql(
          `UPDATE replays SET state = 'ready', ready_at = COALESCE(ready_at, engawa_now()), node_id = $2, base_url = $3, storage = $4, seconds = $5,
             bytes = $6, time_map = $7, has_mp4 = $8, has_thumbnails = $9, failure = NULL,
             missing_broadcasts = (SELECT count(*) FROM broadcasts t WHERE t.show_id = $1 AND t.id <> ALL($10::uuid[])
               AND t.ended_at - t.ready_at >= make_interval(secs => $11))
           WHERE show_id = $1 AND state IN ('preparing', 'ready', 'failed')`,
          [
            showId,
            nodeId,
            baseUrl,
            storage,
            seconds,
            bytes,
            JSON.stringify(map),
            hasMp4,
            hasThumbnails,
            broadcastIds,
            SHORTEST_SECONDS,
          ],
        );
        return;
      }
      case 'failed':
        await this.database.sql(
          `UPDATE replays SET state = 'failed', failure = $2 WHERE show_id = $1 AND state = 'preparing'`,
          [showId, recording.reason],
        );
        return;
      case 'removed':
        await this.database.sql(
          `UPDATE replays SET state = 'removed', removed_at = engawa_now(), bytes = 0, has_mp4 = false, has_thumbnails = false
           WHERE show_id = $1 AND state = 'removing'`,
          [showId],
        );
    }
  }
}
