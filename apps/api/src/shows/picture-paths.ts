import { Injectable } from '@nestjs/common';
import type { MediaPath } from '#contracts/shows';
import { Database } from '../database/index.ts';

/** Heartbeats come each 10 s; who has missed two of them is no longer believed to watch. */
const FRESH_MS = 25_000;

interface Told {
  path: MediaPath;
  /** By the clock of deals: since when the picture comes by LL-HLS. */
  smoothSince: Date | null;
  delayMs: number | null;
  /** By the process's running clock. */
  at: number;
}

/** How the pictures of the viewers of this process come to them, as their heartbeats told. */
@Injectable()
export class PicturePaths {
  readonly #shows = new Map<string, Map<string, Map<string, Told>>>(); // show -> viewer -> connection
  readonly #viewerOf = new Map<string, string>(); // show and connection -> viewer

  constructor(private readonly database: Database) {}

  async tell(
    connectionId: string,
    { showId, viewerId, path, delayMs }: { showId: string; viewerId: string; path: MediaPath; delayMs: number | null },
  ): Promise<void> {
    const known = this.#shows.get(showId)?.get(viewerId)?.get(connectionId);
    if (known?.path === path) {
      Object.assign(known, { delayMs, at: performance.now() });
      return;
    }
    const smoothSince = path === 'hls' ? await this.#now() : null;
    const viewers = this.#shows.get(showId) ?? new Map<string, Map<string, Told>>();
    const connections = viewers.get(viewerId) ?? new Map<string, Told>();
    this.#shows.set(showId, viewers.set(viewerId, connections));
    connections.set(connectionId, { path, smoothSince, delayMs, at: performance.now() });
    this.#viewerOf.set(`${showId}:${connectionId}`, viewerId);
  }

  forget(showId: string, connectionId: string): void {
    const key = `${showId}:${connectionId}`;
    const viewerId = this.#viewerOf.get(key);
    if (viewerId === undefined) return;
    this.#viewerOf.delete(key);
    const viewers = this.#shows.get(showId);
    const connections = viewers?.get(viewerId);
    connections?.delete(connectionId);
    if (connections?.size === 0) viewers?.delete(viewerId);
    if (viewers?.size === 0) this.#shows.delete(showId);
  }

  /** Since when all that this viewer sees of a show comes by LL-HLS; null when any of it comes at once, or nobody knows. */
  smoothSince(showId: string, viewerId: string): Date | null {
    const oldest = performance.now() - FRESH_MS;
    let latest: Date | null = null;
    for (const { at, smoothSince } of this.#shows.get(showId)?.get(viewerId)?.values() ?? []) {
      if (at < oldest) continue;
      if (smoothSince === null) return null;
      if (latest === null || smoothSince > latest) latest = smoothSince;
    }
    return latest;
  }

  /** The median age of the picture on the screens of each path. */
  delays(showId: string): Record<MediaPath, number | null> {
    const oldest = performance.now() - FRESH_MS;
    const delays: Record<MediaPath, number[]> = { webrtc: [], hls: [] };
    for (const connections of this.#shows.get(showId)?.values() ?? []) {
      for (const { path, delayMs, at } of connections.values()) {
        if (delayMs !== null && at >= oldest) delays[path].push(delayMs);
      }
    }
    return { webrtc: median(delays.webrtc), hls: median(delays.hls) };
  }

  async #now(): Promise<Date> {
    const { rows } = await this.database.sql<{ now: Date }>('SELECT engawa_now() AS now');
    return rows[0]!.now;
  }
}

function median(values: number[]): number | null {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? null;
}
