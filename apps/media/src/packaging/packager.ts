import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { types } from 'mediasoup';
import type { EndReason } from '#contracts/shows';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { ApiCallback } from '../api-callback.ts';
import type { Asker } from './answer.ts';
import { BroadcastPackaging } from './broadcast-packaging.ts';
import { HlsServer, type Shelf } from './hls-server.ts';
import { Rendition } from './rendition.ts';
import { Timeline, type FinishedSegment } from './timeline.ts';

/** A show whose host does not come back ends an hour later; the api says so. Should it not, this does. */
const ABANDONED_MS = 75 * 60_000;
/** An ended playlist is served to those who still watch its end. */
const ENDED_KEPT_MS = 10 * 60_000;
const SWEEP_MS = 30_000;
const VIEWER_SEEN_MS = 10_000;
const MOST_VIEWERS_COUNTED = 200_000;

/**
 * What a recorder hears, in order: every finished segment with its init, and the end of a show. A broadcast's end is no end of the show: the
 * host may come back. Called in the turn in which it happens, so an answer has to be quick; what it throws is logged.
 */
export interface PackagingListener {
  segment(segment: FinishedSegment): void;
  /** Nothing more of this show will come. Also for a show of which nothing was ever packaged in this process. */
  showEnded(showId: string): void;
}

/** One broadcast's way into the packager. */
export interface PackagedBroadcast {
  /** What is to be seen and heard from now on. */
  show(video: types.Producer | null, audio: types.Producer | null): void;
  /** `host_ended` ends the show too. */
  ended(reason: EndReason): void;
}

interface PackagedShow {
  timeline: Timeline;
  /** Of lower layers, as the timeline has them. */
  renditions: Map<number, Rendition>;
  viewers: Map<string, number>;
  /** Of the broadcast whose fragments it takes now. */
  broadcastId: string | null;
  current: BroadcastPackaging | null;
  /** From the arrival of the newest part's last picture to when it could be fetched. */
  delayMs: number | null;
  quietSince: number;
}

/**
 * Packages what hosts send for LL-HLS, one timeline per show. Without ffmpeg there is none, and everything else goes on.
 */
@Injectable()
export class Packager implements Shelf {
  readonly server: HlsServer;
  readonly #shows = new Map<string, PackagedShow>();
  readonly #listeners = new Set<PackagingListener>();
  readonly #ffmpegPath = config.ffmpegPath ?? 'ffmpeg';
  #available = false;
  #sweep: NodeJS.Timeout | undefined;

  constructor(private readonly api: ApiCallback) {
    this.server = new HlsServer(this);
  }

  /** Whether this process can package at all. */
  get available(): boolean {
    return this.#available;
  }

  async start(): Promise<void> {
    try {
      const { stdout } = await promisify(execFile)(this.#ffmpegPath, ['-hide_banner', '-version']);
      this.#available = true;
      logger.info({ ffmpeg: stdout.split('\n', 1)[0] }, 'packages for LL-HLS');
    } catch (error) {
      logger.warn({ err: error }, 'no ffmpeg: shows are sent by WebRTC only');
    }
    this.#sweep = setInterval(() => this.#forget(), SWEEP_MS);
    this.#sweep.unref();
  }

  listen(listener: PackagingListener): void {
    this.#listeners.add(listener);
  }

  /** A broadcast begins. It takes the place of the one before of its show. */
  open(showId: string, broadcastId: string, router: types.Router): PackagedBroadcast {
    if (!this.#available) return { show: () => undefined, ended: (reason) => this.#broadcastEnded(showId, reason) };
    const show = this.#show(showId);
    // Its last fragments come before the first of this one.
    const before = show.current?.close() ?? Promise.resolve();
    const mine = (work: () => void) => {
      if (show.current === packaging) work();
    };
    const packaging: BroadcastPackaging = new BroadcastPackaging(router, before, {
      ffmpegPath: this.#ffmpegPath,
      init: (init, run) => mine(() => show.timeline.begin(broadcastId, init, run)),
      fragment: (fragment, arrivedAt) =>
        mine(() => {
          const { version } = show.timeline;
          show.timeline.add(fragment, this.api.clock.at(arrivedAt));
          for (const rendition of show.renditions.values()) rendition.follow();
          if (show.timeline.version === version) return;
          show.delayMs = Math.max(0, Math.round(performance.now() - arrivedAt - fragment.duration * 1_000));
        }),
      paused: () => {
        show.timeline.pause();
        show.delayMs = null;
        for (const rendition of show.renditions.values()) rendition.pause();
      },
      lower: {
        init: (layer, init, run) => mine(() => this.#rendition(show, layer).begin(run, init)),
        fragment: (layer, fragment) => mine(() => show.renditions.get(layer)?.add(fragment)),
        paused: (layer) => mine(() => show.renditions.get(layer)?.pause()),
        only: (layers) =>
          mine(() => {
            for (const [layer, rendition] of show.renditions) if (!layers.includes(layer)) rendition.leave();
          }),
      },
      incident: (incident, details) => this.api.report({ type: 'incident', broadcastId, incident, details }),
    });
    show.current = packaging;
    show.broadcastId = broadcastId;
    return {
      show: (video, audio) => packaging.show(video, audio),
      ended: (reason) => {
        void packaging.close().then(() => {
          mine(() => {
            show.current = null;
            show.broadcastId = null;
            show.delayMs = null;
            show.quietSince = performance.now();
          });
          this.#broadcastEnded(showId, reason);
        });
      },
    };
  }

  /** The show is over: its playlist ends, and recorders are told. */
  async finish(showId: string): Promise<void> {
    const show = this.#shows.get(showId);
    if (show?.timeline.ended) return;
    if (show) {
      await show.current?.close();
      show.current = null;
      show.broadcastId = null;
      show.quietSince = performance.now();
      if (show.timeline.ended) return;
      show.timeline.end();
      for (const rendition of show.renditions.values()) rendition.end();
    }
    this.#tell((listener) => listener.showEnded(showId));
  }

  /** For a heartbeat. */
  figures(broadcastId: string): { hlsViewers: number; hlsDelayMs: number | null } {
    for (const show of this.#shows.values()) {
      if (show.broadcastId === broadcastId) return { hlsViewers: viewersOf(show), hlsDelayMs: show.delayMs };
    }
    return { hlsViewers: 0, hlsDelayMs: null };
  }

  timeline(showId: string): Timeline | undefined {
    return this.#shows.get(showId)?.timeline;
  }

  /** Counted by the player's own token where it gives one, else by where it is and what it says of itself. */
  seen(timeline: Timeline, asker: Asker, token: string | null): void {
    const viewers = this.#shows.get(timeline.showId)?.viewers;
    if (!viewers) return;
    const key = token ?? asker.who;
    if (viewers.size < MOST_VIEWERS_COUNTED || viewers.has(key)) viewers.set(key, performance.now());
  }

  /** Ends every ffmpeg; what they had is handed on. Shows are not over by it. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.server.close();
    await Promise.all([...this.#shows.values()].map(({ current }) => current?.close()));
  }

  #broadcastEnded(showId: string, reason: EndReason): void {
    if (reason === 'host_ended') void this.finish(showId);
  }

  #show(showId: string): PackagedShow {
    const known = this.#shows.get(showId);
    if (known && !known.timeline.ended) return known;
    const token = randomBytes(5).toString('hex');
    // Above all numbers of a process before this one, for a player that goes on after a restart.
    const firstSequence = Math.floor(Date.now() / 2_000) - 880_000_000;
    const timeline: Timeline = new Timeline(showId, token, firstSequence, {
      changed: () => this.server.changed(timeline),
      finished: (segment) => this.#tell((listener) => listener.segment(segment)),
    });
    const show: PackagedShow = {
      timeline,
      renditions: new Map(),
      viewers: new Map(),
      broadcastId: null,
      current: null,
      delayMs: null,
      quietSince: performance.now(),
    };
    this.#shows.set(showId, show);
    return show;
  }

  #rendition({ timeline, renditions }: PackagedShow, layer: number): Rendition {
    let rendition = renditions.get(layer);
    if (!rendition) {
      const made = new Rendition(timeline, layer, () => this.server.changed(made));
      renditions.set(layer, (rendition = made));
      timeline.renditions.set(layer, made);
    }
    return rendition;
  }

  #tell(say: (listener: PackagingListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        say(listener);
      } catch (error) {
        logger.error({ err: error }, 'a listener of the packager failed');
      }
    }
  }

  #forget(): void {
    const now = performance.now();
    for (const [showId, show] of this.#shows) {
      viewersOf(show);
      if (show.current) continue;
      const quiet = now - show.quietSince;
      if (show.timeline.ended ? quiet > ENDED_KEPT_MS : quiet > ABANDONED_MS) {
        void this.finish(showId).then(() => this.#shows.delete(showId));
      }
    }
  }
}

function viewersOf({ viewers }: PackagedShow): number {
  const since = performance.now() - VIEWER_SEEN_MS;
  for (const [key, seenAt] of viewers) if (seenAt < since) viewers.delete(key);
  return viewers.size;
}
