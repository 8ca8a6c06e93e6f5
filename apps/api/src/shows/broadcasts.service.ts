import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { GrantClaims, MediaCommand, MediaFact, MediaFactAnswer } from '#contracts/media';
import type { BroadcastHealth } from '#contracts/room';
import type { EndReason, MediaGrant, PublicShow } from '#contracts/shows';
import { AppError } from '#platform/app-error';
import { GRANT_SECONDS, signGrant } from '#platform/grants';
import { logger } from '#platform/logger';
import { endWaiting } from '../catalog/index.ts';
import { Database, DomainEvents, type Tx } from '../database/index.ts';
import { Rooms } from '../realtime/index.ts';
import { MediaClient } from './media.client.ts';
import { keepNode, NODE_LOST_SECONDS, nodeForViewer, nodesOfShow } from './media-nodes.ts';
import { Broadcast, MediaNode } from './broadcast.entity.ts';
import { PicturePaths } from './picture-paths.ts';
import { RecordingFacts } from './recording-facts.ts';
import { Show } from './show.entity.ts';
import { mediaHeard, showEnded } from './show.events.ts';
import { assertTransition } from './show-states.ts';
import { lockShow, ShowsService } from './shows.service.ts';

/** How long a media process may take to report a broadcast that it was granted. */
const STARTING_SECONDS = 30;
/** A show whose host does not come back ends by itself. */
const ABANDONED_MINUTES = 60;
const SWEEP_EVERY_MS = 1_000;
/** After a start of ours, or a time without the database, the processes are given time to report before they count as lost. */
const SWEEP_AFTER_MS = 6_000;

type Heartbeat = Extract<MediaFact, { type: 'heartbeat' }>;

/** From "Go live" to the last reason: which transmission a show has, as the media processes report it. */
@Injectable()
export class BroadcastsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> | null = null;
  #tickedAt = 0;
  /** Before this moment silence of a media process proves nothing. */
  #judgeFrom = 0;

  constructor(
    private readonly database: Database,
    private readonly shows: ShowsService,
    private readonly media: MediaClient,
    private readonly rooms: Rooms,
    private readonly paths: PicturePaths,
    private readonly events: DomainEvents,
    private readonly recordings: RecordingFacts,
  ) {}

  onApplicationBootstrap(): void {
    this.#tickedAt = performance.now();
    this.#judgeFrom = this.#tickedAt + SWEEP_AFTER_MS;
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.#tick().finally(() => (this.#sweeping = null));
    }, SWEEP_EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /**
   * Starts a broadcast; one that is running ends as superseded (the host came back, or took another device).
   * @returns the host's grant. The show is live only when its media flows.
   * @throws show_ended, media_unavailable
   */
  async goLive(
    brandId: string,
    showId: string,
    memberId: string,
    options: { plainIngest?: boolean } = {},
  ): Promise<MediaGrant> {
    const { broadcastId, node } = await this.database.transaction(async (tx) => {
      const show = await lockShow(tx, showId, brandId);
      if (show.state === 'ended') throw new AppError('show_ended');
      const node = await this.#chooseNode(tx);
      return { broadcastId: await this.begin(tx, show, node, 'browser'), node };
    });
    return this.#grant(node, {
      broadcastId,
      showId,
      role: 'host',
      subject: memberId,
      ...(options.plainIngest && { plainIngest: true }),
    });
  }

  /**
   * A new broadcast of a show that is locked and not over, in place of one that is running.
   * @returns its id
   */
  async begin(tx: Tx, show: Show, node: MediaNode, source: Broadcast['source']): Promise<string> {
    await this.#endOpen(tx, show.id, 'superseded');
    const broadcast = tx.repository(Broadcast).create({
      id: uuid(),
      showId: show.id,
      nodeId: node.id,
      bootId: node.bootId,
      state: 'starting',
      source,
      startedAt: await databaseTime(tx),
      readyAt: null,
      endedAt: null,
      endReason: null,
    });
    await tx.repository(Broadcast).insert(broadcast);
    if (show.state === 'scheduled') await this.#setState(tx, show, 'starting');
    await this.shows.announce(tx, show.id);
    return broadcast.id;
  }

  /** Ends one broadcast, here and at its media process. The show may go on with another. */
  async stop(broadcastId: string, reason: EndReason): Promise<void> {
    await this.onBroadcastEnded(broadcastId, reason);
    const { rows } = await this.database.sql<{ control_url: string }>(
      `SELECT n.control_url FROM broadcasts b JOIN media_nodes n ON n.id = b.node_id WHERE b.id = $1`,
      [broadcastId],
    );
    for (const row of rows) await this.media.send(row.control_url, { type: 'stop', broadcastId, reason });
  }

  /** @throws show_transition for a show that was not on air, show_ended */
  async endShow(brandId: string, showId: string): Promise<PublicShow> {
    await this.database.transaction(async (tx) => {
      const show = await lockShow(tx, showId, brandId);
      assertTransition(show.state, 'ended');
      await this.#end(tx, show, 'host_ended');
    });
    return this.shows.get(brandId, showId);
  }

  /** @throws show_not_live while there is no transmission to watch */
  async watch(showId: string, viewerId: string): Promise<MediaGrant> {
    const { rows } = await this.database.sql<{ id: string; node_id: string }>(
      `SELECT id, node_id FROM broadcasts WHERE show_id = $1 AND state = 'live'`,
      [showId],
    );
    const broadcast = rows[0];
    if (!broadcast) throw new AppError('show_not_live');
    const origin = await this.database.repository(MediaNode).findOneByOrFail({ id: broadcast.node_id });
    const node = await nodeForViewer(this.database, broadcast.id, origin.id);
    const grant = await this.#grant(origin, {
      broadcastId: broadcast.id,
      showId,
      role: 'viewer',
      subject: viewerId,
      ...(node && node.id !== origin.id && { originNode: origin.id }),
    });
    if (node) return { ...grant, url: node.publicUrl };
    // All are full, and refuse by themselves who comes before that is known here. Without LL-HLS, people wait for a place.
    return { ...grant, path: origin.packager ? 'hls' : 'webrtc' };
  }

  /** @throws not_found for a broadcast that is over */
  async originOf(broadcastId: string): Promise<{ controlUrl: string }> {
    const { rows } = await this.database.sql<{ control_url: string }>(
      `SELECT n.control_url FROM broadcasts b JOIN media_nodes n ON n.id = b.node_id WHERE b.id = $1 AND b.state <> 'ended'`,
      [broadcastId],
    );
    if (!rows[0]) throw new AppError('not_found', { broadcastId });
    return { controlUrl: rows[0].control_url };
  }

  /**
   * A grant for whatever transmission there is, also for one whose media does not flow yet.
   * @throws show_not_live
   */
  async grantFor(showId: string, claims: Omit<GrantClaims, 'broadcastId' | 'showId'>): Promise<MediaGrant> {
    const { rows } = await this.database.sql<{ id: string; node_id: string }>(
      `SELECT id, node_id FROM broadcasts WHERE show_id = $1 AND state <> 'ended'`,
      [showId],
    );
    if (!rows[0]) throw new AppError('show_not_live');
    const node = await this.database.repository(MediaNode).findOneByOrFail({ id: rows[0].node_id });
    return this.#grant(node, { broadcastId: rows[0].id, showId, ...claims });
  }

  /** Drops a banned viewer's media connections. */
  async removeViewer(showId: string, viewerId: string): Promise<void> {
    await this.command(showId, (broadcastId) => ({ type: 'remove', broadcastId, subject: viewerId }));
  }

  /** Tells the media processes of a show's transmission something; best effort. */
  async command(showId: string, of: (broadcastId: string) => MediaCommand): Promise<void> {
    for (const { broadcastId, controlUrl } of await nodesOfShow(this.database, showId)) {
      await this.media.send(controlUrl, of(broadcastId));
    }
  }

  /** What a media process reports. Facts may come twice or late: each is applied to the state that it names, or to none. */
  async onFact(fact: MediaFact): Promise<MediaFactAnswer> {
    if (fact.type === 'heartbeat') {
      await this.#onHeartbeat(fact);
      // Asked last: the process takes it for the moment between its question and our answer.
      const { rows } = await this.database.sql<{ now: Date }>(`SELECT engawa_now() AS now`);
      return { at: rows[0]!.now.toISOString() };
    }
    if (fact.type === 'ready') await this.onBroadcastReady(fact.broadcastId);
    else if (fact.type === 'recording') await this.recordings.handler(fact);
    else if (fact.type === 'incident') await this.#onIncident(fact);
    else await this.onBroadcastEnded(fact.broadcastId, fact.reason);
    return {};
  }

  /** First media flows: the show is live, if this is still its current broadcast. */
  async onBroadcastReady(broadcastId: string): Promise<void> {
    await this.#withShowOf(broadcastId, async (tx, show) => {
      const { count } = await tx.sql(
        `UPDATE broadcasts SET state = 'live', ready_at = engawa_now() WHERE id = $1 AND state = 'starting'`,
        [broadcastId],
      );
      if (count === 0) return;
      if (show.state === 'starting') await this.#setState(tx, show, 'live');
      await this.shows.announce(tx, show.id);
    });
  }

  async onBroadcastEnded(broadcastId: string, reason: EndReason): Promise<void> {
    await this.#withShowOf(broadcastId, async (tx, show) => {
      const { count } = await tx.sql(
        `UPDATE broadcasts SET state = 'ended', ended_at = engawa_now(), end_reason = $2 WHERE id = $1 AND state <> 'ended'`,
        [broadcastId, reason],
      );
      if (count === 0) return;
      if (show.state === 'starting') await this.#setState(tx, show, 'scheduled');
      await this.shows.announce(tx, show.id);
    });
  }

  /** While we or the database were away, no heartbeat could be kept: the media processes are then given time to report again. */
  async #tick(): Promise<void> {
    const now = performance.now();
    if (now - this.#tickedAt > 3 * SWEEP_EVERY_MS) this.#judgeFrom = now + SWEEP_AFTER_MS;
    this.#tickedAt = now;
    try {
      if (now >= this.#judgeFrom) await this.sweep();
      else await this.database.sql('SELECT 1');
    } catch (error) {
      this.#judgeFrom = performance.now() + SWEEP_AFTER_MS;
      logger.warn({ err: error }, 'broadcasts could not be swept');
    }
  }

  /** Ends what a silent media process or an absent host left open. */
  async sweep(): Promise<void> {
    const lost = await this.database.sql<{ id: string; reason: EndReason }>(
      `SELECT b.id, CASE WHEN b.state = 'starting' AND n.seen_at > now() - make_interval(secs => $1) THEN 'no_media' ELSE 'media_lost' END
              AS reason
       FROM broadcasts b JOIN media_nodes n ON n.id = b.node_id
       WHERE b.state <> 'ended' AND (n.seen_at < now() - make_interval(secs => $1) OR n.boot_id <> b.boot_id
         OR (b.state = 'starting' AND b.started_at < engawa_now() - make_interval(secs => $2)))`,
      [NODE_LOST_SECONDS, STARTING_SECONDS],
    );
    for (const row of lost.rows) await this.onBroadcastEnded(row.id, row.reason);
    const abandoned = await this.database.sql<{ id: string }>(
      `SELECT s.id FROM shows s WHERE s.state = 'live'
         AND NOT EXISTS (SELECT 1 FROM broadcasts b WHERE b.show_id = s.id AND b.state <> 'ended')
         AND (SELECT max(b.ended_at) FROM broadcasts b WHERE b.show_id = s.id) < engawa_now() - make_interval(mins => $1)`,
      [ABANDONED_MINUTES],
    );
    for (const row of abandoned.rows) {
      await this.database.transaction(async (tx) => {
        const show = await lockShow(tx, row.id);
        if (show.state === 'live') await this.#end(tx, show, 'host_lost');
      });
    }
  }

  async #onHeartbeat(fact: Heartbeat): Promise<void> {
    await keepNode(this.database, fact);
    await this.#tellHealth(fact);
    // A new start of the process, or a live broadcast that it no longer knows: gone without a word.
    const lost = await this.database.sql<{ id: string }>(
      `SELECT id FROM broadcasts WHERE node_id = $1 AND state <> 'ended'
         AND (boot_id <> $2 OR (state = 'live' AND NOT id = ANY($3) AND ready_at < now() - interval '3 seconds'))`,
      [fact.nodeId, fact.bootId, fact.broadcasts.map(({ id }) => id)],
    );
    for (const row of lost.rows) await this.onBroadcastEnded(row.id, 'media_lost');
    // And the reverse: it transmits what has ended here while it could not be told.
    const stale = await this.database.sql<{ id: string; end_reason: EndReason }>(
      `SELECT id, end_reason FROM broadcasts WHERE id = ANY($1) AND state = 'ended'`,
      [fact.broadcasts.map(({ id }) => id)],
    );
    for (const row of stale.rows) {
      await this.media.send(fact.controlUrl, { type: 'stop', broadcastId: row.id, reason: row.end_reason });
    }
  }

  /** To the studio, each second. */
  async #tellHealth({ broadcasts, packager }: Heartbeat): Promise<void> {
    if (broadcasts.length === 0) return;
    const { rows } = await this.database.sql<{
      id: string;
      show_id: string;
      elsewhere: number;
      incident: BroadcastHealth['incident'];
    }>(
      `SELECT b.id, b.show_id, i.incident, (SELECT COALESCE(sum((n.edges->>b.id::text)::int), 0)::int FROM media_nodes n
         WHERE n.edges ? b.id::text AND n.seen_at > now() - make_interval(secs => $2)) AS elsewhere
       FROM broadcasts b LEFT JOIN LATERAL (
         SELECT jsonb_build_object('kind', kind, 'details', details, 'at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS incident
         FROM broadcast_incidents WHERE broadcast_id = b.id ORDER BY id DESC LIMIT 1) i ON true
       WHERE b.id = ANY($1) AND b.state <> 'ended'`,
      [broadcasts.map(({ id }) => id), NODE_LOST_SECONDS],
    );
    for (const { id, show_id: showId, elsewhere, incident } of rows) {
      const { viewers, hlsViewers, hlsDelayMs, encoder } = broadcasts.find((one) => one.id === id)!;
      const seenDelayMs = this.paths.delays(showId);
      const ways = { webrtcViewers: viewers + elsewhere, hlsViewers, hlsDelayMs, packager, seenDelayMs };
      const health: BroadcastHealth = { broadcastId: id, ...ways, incident, encoder };
      this.rooms.toStaff(showId, 'broadcast.health', { showId, health });
    }
    const heard = rows.map(({ id, show_id: showId }) => ({
      showId,
      stageVersion: broadcasts.find((one) => one.id === id)!.stageVersion ?? 0,
    }));
    this.events.emit(mediaHeard, { broadcasts: heard });
  }

  /** Told twice is written once: the report of one moment. */
  async #onIncident({ broadcastId, incident, details, at }: Extract<MediaFact, { type: 'incident' }>): Promise<void> {
    await this.database.sql(
      `INSERT INTO broadcast_incidents (broadcast_id, kind, details, at)
       SELECT b.id, $2, $3, $4 FROM broadcasts b WHERE b.id = $1
         AND NOT EXISTS (SELECT 1 FROM broadcast_incidents i WHERE i.broadcast_id = b.id AND i.kind = $2 AND i.at = $4)`,
      [broadcastId, incident, JSON.stringify(details), at],
    );
  }

  async #withShowOf(broadcastId: string, work: (tx: Tx, show: Show) => Promise<void>): Promise<void> {
    const broadcast = await this.database.repository(Broadcast).findOneBy({ id: broadcastId });
    if (!broadcast) return; // of a database that was emptied since
    await this.database.transaction(async (tx) => work(tx, await lockShow(tx, broadcast.showId)));
  }

  async #end(tx: Tx, show: Show, reason: EndReason): Promise<void> {
    await this.#endOpen(tx, show.id, reason);
    await this.#finishMedia(tx, show.id);
    await tx.sql(`UPDATE pins SET unpinned_at = engawa_now() WHERE show_id = $1 AND unpinned_at IS NULL`, [show.id]);
    await this.shows.announcePins(tx, show.id);
    await this.#setState(tx, show, 'ended');
    await this.shows.announce(tx, show.id);
    tx.afterCommit(() => this.events.emit(showEnded, { showId: show.id }));
  }

  async #endOpen(tx: Tx, showId: string, reason: EndReason): Promise<void> {
    const { rows } = await tx.sql<{ id: string; node_id: string }>(
      `UPDATE broadcasts SET state = 'ended', ended_at = engawa_now(), end_reason = $2
       WHERE show_id = $1 AND state <> 'ended' RETURNING id, node_id`,
      [showId, reason],
    );
    for (const row of rows) {
      const node = await tx.repository(MediaNode).findOneByOrFail({ id: row.node_id });
      tx.afterCommit(() => void this.media.send(node.controlUrl, { type: 'stop', broadcastId: row.id, reason }));
    }
  }

  /** Its last broadcast may have ended long before, so every process that had one is told. */
  async #finishMedia(tx: Tx, showId: string): Promise<void> {
    const { rows } = await tx.sql<{ control_url: string }>(
      `SELECT DISTINCT n.control_url FROM broadcasts b JOIN media_nodes n ON n.id = b.node_id
       WHERE b.show_id = $1 AND n.seen_at > now() - make_interval(secs => $2)`,
      [showId, NODE_LOST_SECONDS],
    );
    for (const row of rows) tx.afterCommit(() => void this.media.send(row.control_url, { type: 'finish', showId }));
  }

  async #setState(tx: Tx, show: Show, to: Show['state']): Promise<void> {
    assertTransition(show.state, to);
    const { count } = await tx.sql(
      `UPDATE shows SET state = $3,
         live_since = CASE WHEN $3 = 'live' THEN COALESCE(live_since, engawa_now()) ELSE live_since END,
         ended_at = CASE WHEN $3 = 'ended' THEN engawa_now() END
       WHERE id = $1 AND state = $2`,
      [show.id, show.state, to],
    );
    if (count !== 1) throw new AppError('show_transition', { from: show.state, to });
    show.state = to;
    if (to === 'ended') await endWaiting(tx, { showId: show.id });
  }

  async #chooseNode(tx: Tx): Promise<MediaNode> {
    const { rows } = await tx.sql<{ id: string }>(
      `SELECT n.id FROM media_nodes n WHERE n.seen_at > now() - make_interval(secs => $1)
       ORDER BY (SELECT count(*) FROM broadcasts b WHERE b.node_id = n.id AND b.state <> 'ended'), n.id LIMIT 1`,
      [NODE_LOST_SECONDS],
    );
    if (!rows[0]) throw new AppError('media_unavailable', { retryAfterMs: 1000 });
    return tx.repository(MediaNode).findOneByOrFail({ id: rows[0].id });
  }

  async #grant(node: MediaNode, claims: GrantClaims): Promise<MediaGrant> {
    return {
      broadcastId: claims.broadcastId,
      url: node.publicUrl,
      hlsUrl: node.packager ? `${node.publicUrl}/hls/${claims.showId}/main.m3u8` : null,
      path: 'webrtc',
      grant: await signGrant(claims),
      expiresAt: new Date(Date.now() + GRANT_SECONDS * 1000).toISOString(),
    };
  }
}

/** The one clock that broadcasts are compared by. */
async function databaseTime(tx: Tx): Promise<Date> {
  const { rows } = await tx.sql<{ now: Date }>(`SELECT engawa_now() AS now`);
  return rows[0]!.now;
}
