import { Injectable } from '@nestjs/common';
import type { GrantClaims, MediaFact } from '#contracts/media';
import type { EndReason } from '#contracts/shows';
import type { Stage } from '#contracts/stage';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { ApiCallback } from './api-callback.ts';
import { Broadcast } from './broadcast.ts';
import { Packager, type PackagedBroadcast } from './packaging/packager.ts';
import { Inlet } from './relay/inlet.ts';
import type { Seat } from './participant.ts';
import { Workers, type MediaWorker } from './workers.ts';

/** A viewer may hold a grant a moment before the host's first connection makes the broadcast. */
const VIEWER_WAIT_MS = 1_000;
const ENDED_REMEMBERED = 1_000;

type Heartbeat = Extract<MediaFact, { type: 'heartbeat' }>;

/** The broadcasts of this process, by id. */
@Injectable()
export class Broadcasts {
  readonly #all = new Map<string, Broadcast>();
  readonly #opening = new Map<string, Promise<Broadcast>>();
  readonly #ended = new Map<string, EndReason>();
  readonly #waiting = new Map<string, Set<() => void>>();
  #draining = false;

  constructor(
    private readonly workers: Workers,
    private readonly api: ApiCallback,
    private readonly packager: Packager,
  ) {
    workers.onDeath((dead) => {
      for (const broadcast of [...this.#all.values()]) {
        if (broadcast.media === dead) broadcast.end('worker_died');
        else broadcast.branchDied(dead);
      }
    });
  }

  /** Broadcasts of other media processes that viewers of this one watch, as a heartbeat tells of them. */
  get edges(): { broadcastId: string; viewers: number }[] {
    const edges = [...this.#all.values()].filter(({ isEdge }) => isEdge);
    return edges.map(({ id, viewers }) => ({ broadcastId: id, viewers }));
  }

  /** As a heartbeat tells of them. */
  get list(): Heartbeat['broadcasts'] {
    const own = [...this.#all.values()].filter(({ isEdge }) => !isEdge);
    return own.map(({ id, viewers, guests, encoder }) => ({
      id,
      viewers,
      ...this.packager.figures(id),
      stageVersion: guests.stage.version,
      encoder: encoder?.state,
    }));
  }

  /**
   * The broadcast that a grant names. A host's first connection makes it.
   * Nobody had asked for one of another media process before: it is then fetched from there.
   * @throws AppError `not_found` when it is over, or when its host does not come within a moment; `unavailable` without a worker.
   */
  async find({ broadcastId, showId, role, originNode }: GrantClaims): Promise<Broadcast> {
    if (this.#draining) throw new AppError('unavailable', { retryAfterMs: 1_000 });
    if (this.#ended.has(broadcastId)) throw new AppError('not_found', { broadcastId });
    const known = this.#all.get(broadcastId) ?? this.#opening.get(broadcastId);
    if (known) return known;
    if (role === 'host') return this.#open(broadcastId, () => this.#make(broadcastId, showId));
    if (originNode && originNode !== config.mediaNodeId) {
      return this.#open(broadcastId, () => this.#makeEdge(broadcastId));
    }
    await this.#arrival(broadcastId);
    const arrived = this.#all.get(broadcastId);
    if (!arrived) throw new AppError('not_found', { broadcastId });
    return arrived;
  }

  /**
   * From where one who was admitted is served.
   * @throws AppError `unavailable` when the worker in question went away meanwhile.
   */
  async seat(broadcast: Broadcast, { role }: GrantClaims): Promise<Seat> {
    return role === 'viewer' ? broadcast.seatOn(this.workers.placeViewer(broadcast.media)) : broadcast;
  }

  /**
   * Whether somebody may come in: a viewer beyond MEDIA_MAX_WEBRTC_VIEWERS may not, unless they are in already.
   * @throws AppError `viewers_full`, and as `Broadcast.admits` does
   */
  admit(broadcast: Broadcast, claims: GrantClaims): void {
    const limit = config.mediaMaxViewers;
    if (claims.role === 'viewer' && !broadcast.watches(claims.subject)) {
      let viewers = 0;
      for (const one of this.#all.values()) viewers += one.viewers;
      if (viewers >= limit) throw new AppError('viewers_full', { limit });
    }
    broadcast.admits(claims);
  }

  /** Ends a broadcast, and keeps one from beginning that was ended before its host came. */
  stop(id: string, reason: EndReason): void {
    const broadcast = this.#all.get(id);
    if (broadcast) broadcast.end(reason);
    else this.#remember(id, reason);
  }

  remove(id: string, subject: string): void {
    this.#all.get(id)?.remove(subject);
  }

  /** One that is not open yet hears of its stage after its first heartbeat. */
  direct(id: string, stage: Stage, removed: string[]): void {
    this.#all.get(id)?.direct(stage, removed);
  }

  /** Ends everything and lets nothing begin. */
  drain(reason: EndReason): void {
    this.#draining = true;
    for (const broadcast of [...this.#all.values()]) broadcast.end(reason);
  }

  /**
   * One whose host is here.
   * @throws AppError `not_found`
   */
  own(broadcastId: string): Broadcast {
    const broadcast = this.#all.get(broadcastId);
    if (!broadcast || broadcast.isEdge) throw new AppError('not_found', { broadcastId });
    return broadcast;
  }

  #open(id: string, make: () => Promise<Broadcast>): Promise<Broadcast> {
    const opening = make().finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #make(id: string, showId: string): Promise<Broadcast> {
    const media = this.workers.pick((worker) => this.#load(worker));
    let packaged: PackagedBroadcast | null = null;
    const broadcast = await Broadcast.open(id, media, {
      ready: () => this.api.report({ type: 'ready', broadcastId: id }),
      ended: (reason) => {
        this.#all.delete(id);
        this.#remember(id, reason);
        logger.info({ broadcastId: id, reason }, 'broadcast ended');
        packaged?.ended(reason);
        this.api.report({ type: 'ended', broadcastId: id, reason });
      },
    });
    packaged = this.packager.open(showId, id, broadcast.router);
    broadcast.programme.onChange(({ video, audio }) => packaged?.show(video, audio));
    this.#all.set(id, broadcast);
    logger.info({ broadcastId: id, worker: media.index }, 'broadcast opened');
    // What happened while the worker answered: it died, the process ends, or the api stopped this broadcast.
    if (media.worker.closed) broadcast.end('worker_died');
    if (this.#draining) broadcast.end('api_stopped');
    const stopped = this.#ended.get(id);
    if (stopped) broadcast.end(stopped);
    for (const wake of this.#waiting.get(id) ?? []) wake();
    return broadcast;
  }

  /** @throws AppError `not_found` when the api or the process that has it do not know it; `unavailable` when they do not answer. */
  async #makeEdge(id: string): Promise<Broadcast> {
    const originUrl = await this.api.originOf(id);
    const media = this.workers.pick(({ load }) => load.share);
    let inlet: Inlet | null = null;
    const broadcast = await Broadcast.open(
      id,
      media,
      {
        ready: () => undefined,
        ended: (reason) => {
          inlet?.close();
          if (this.#all.get(id) === broadcast) this.#all.delete(id);
          logger.info({ broadcastId: id, reason }, 'broadcast of another media process ended');
        },
      },
      true,
    );
    try {
      inlet = await Inlet.open(broadcast, originUrl);
    } catch (error) {
      broadcast.end('media_lost');
      throw error;
    }
    this.#all.set(id, broadcast);
    logger.info({ broadcastId: id, worker: media.index, originUrl }, 'broadcast of another media process opened');
    if (media.worker.closed || this.#draining) broadcast.end('media_lost');
    // It ended while it was fetched.
    if (broadcast.ended) {
      inlet.close();
      this.#all.delete(id);
    }
    return broadcast;
  }

  #load(worker: MediaWorker): number {
    let load = 0;
    for (const broadcast of this.#all.values()) {
      load += (broadcast.media === worker ? 1 : 0) + broadcast.connectionsOn(worker);
    }
    return load;
  }

  #arrival(id: string): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(wake);
        if (waiting.size === 0) this.#waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(wake, VIEWER_WAIT_MS);
      waiting.add(wake);
    });
  }

  #remember(id: string, reason: EndReason): void {
    this.#ended.set(id, reason);
    if (this.#ended.size <= ENDED_REMEMBERED) return;
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined) this.#ended.delete(oldest);
  }
}
