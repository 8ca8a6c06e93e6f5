import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import type { IngestRequest } from '#contracts/ingest';
import type { GrantClaims } from '#contracts/media';
import type { MediaGrant } from '#contracts/shows';
import { openFactsDesk, type FactsDesk } from './facts.ts';
import { freePorts } from './ports.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const types: Record<string, string> = { html: 'text/html', js: 'text/javascript' };

/**
 * A media process as it is built, a site whose pages hold nothing but the web's media modules, and for the api the little
 * that concerns media: one show, its current broadcast, grants for it.
 */
export class MediaSite {
  readonly desk: FactsDesk;
  readonly #ports: { media: number; rtc: number };
  readonly #site: ReturnType<typeof createServer>;
  readonly #grants: typeof import('#platform/grants');
  #media: ChildProcess | null = null;
  #log = '';
  #broadcastId: string | null = null;
  readonly #showId = randomUUID();

  /** Lets an encoder in by WHIP. */
  readonly key = `ing_${randomUUID()}`;

  private constructor(
    desk: FactsDesk,
    ports: { media: number; rtc: number },
    site: ReturnType<typeof createServer>,
    grants: typeof import('#platform/grants'),
  ) {
    this.desk = desk;
    this.#ports = ports;
    this.#site = site;
    this.#grants = grants;
  }

  static async open(): Promise<MediaSite> {
    const outDir = join(process.env.TEST_TEMP_DIR ?? '/tmp', `media-page-${randomUUID()}`);
    // A process of its own: jest's realms are too strange for the bundler.
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    const from = join(import.meta.dirname, 'media-page');
    await run(
      process.execPath,
      [vite, 'build', from, '--outDir', outDir, '--target', 'es2022', '--logLevel', 'error'],
      {
        env: { ...process.env, NODE_OPTIONS: '' },
      },
    );
    const site = createServer((request, response) => {
      const [, place, role] = request.url!.split('/');
      if (place === 'grant') {
        void made.#answer(role as 'host' | 'viewer').then((answer) => response.end(JSON.stringify(answer)));
        return;
      }
      const name = request.url === '/' ? 'index.html' : request.url!.slice(1);
      readFile(join(outDir, name)).then(
        (file) => response.writeHead(200, { 'content-type': types[name.split('.').at(-1)!] ?? 'text/plain' }).end(file),
        () => response.writeHead(404).end(),
      );
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    const [media, rtc] = await freePorts(2);
    const made: MediaSite = new MediaSite(
      await openFactsDesk(),
      { media: media!, rtc: rtc! },
      site,
      await import('#platform/grants'),
    );
    made.desk.admit = (request) => made.#admit(request);
    await made.startMedia();
    return made;
  }

  get #origin(): string {
    return `http://localhost:${(this.#site.address() as AddressInfo).port}`;
  }

  /** What the media process has logged, over all its lives. */
  get log(): string {
    return this.#log;
  }

  get whipUrl(): string {
    return `http://localhost:${this.#ports.media}/whip/${randomUUID()}`;
  }

  get hlsUrl(): string {
    return `http://localhost:${this.#ports.media}/hls/${this.#showId}/main.m3u8`;
  }

  /** Where media of this process goes, for whoever sends something else there. */
  get rtcPort(): number {
    return this.#ports.rtc;
  }

  /** The worker of the process as it is now. */
  get workerPid(): number {
    const pids = [...this.#log.matchAll(/"pid":(\d+),"port":\d+,"msg":"media worker started"/g)];
    return Number(pids.at(-1)![1]);
  }

  async startMedia(): Promise<void> {
    const media = spawn(process.execPath, [join(root, 'dist/apps/media/main.js')], {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        LOG_LEVEL: 'info',
        MEDIA_PORT: String(this.#ports.media),
        MEDIA_RTC_PORT: String(this.#ports.rtc),
        PUBLIC_URL: this.#origin,
        API_URL: this.desk.url,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#media = media;
    const up = new Promise<void>((resolve, reject) => {
      const before = this.#log.length;
      const take = (text: string) => {
        this.#log += text;
        if (this.#log.slice(before).includes('media is up')) resolve();
      };
      media.stdout.setEncoding('utf8').on('data', take);
      media.stderr.setEncoding('utf8').on('data', take);
      media.once('exit', () => reject(new Error(`the media process ended:\n${this.#log}`)));
    });
    await up;
  }

  /** @returns its exit code, or null when the signal ended it */
  async endMedia(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const media = this.#media!;
    this.#media = null;
    const ended = once(media, 'exit');
    media.kill(signal);
    return (await ended)[0] as number | null;
  }

  /**
   * @param hash where to begin: '#untouched' watches at once, without the test's doing, and says so on its console
   * @param script runs before the page's own
   */
  async openPage(
    browser: Browser,
    { hash = '', script = '', onConsole }: { hash?: string; script?: string; onConsole?: (text: string) => void } = {},
  ): Promise<Page> {
    const context = await browser.newContext();
    await context.addInitScript(script);
    const page = await context.newPage();
    page.on('console', (message) => onConsole?.(message.text()));
    await page.goto(`${this.#origin}/${hash}`);
    return page;
  }

  async close(): Promise<void> {
    if (this.#media) await this.endMedia('SIGTERM');
    await this.desk.close();
    this.#site.closeAllConnections();
    this.#site.close();
  }

  /** As the api does: going live again ends the broadcast before; who watches is given the current one. */
  async #answer(role: 'host' | 'viewer'): Promise<MediaGrant | { refused: 'show_not_live' }> {
    if (role === 'host') {
      if (this.#broadcastId) await this.#stop(this.#broadcastId);
      this.#broadcastId = randomUUID();
    }
    const broadcastId = this.#broadcastId;
    if (!broadcastId) return { refused: 'show_not_live' };
    const claims = { broadcastId, showId: this.#showId, role, subject: randomUUID() };
    return {
      broadcastId,
      url: `http://localhost:${this.#ports.media}`,
      grant: await this.#grants.signGrant(claims),
      expiresAt: new Date(Date.now() + 600_000).toISOString(),
      hlsUrl: this.hlsUrl,
      path: 'webrtc',
    };
  }

  #admit({ key, problem }: IngestRequest): GrantClaims | null | 'unauthenticated' {
    if (key !== this.key) return 'unauthenticated';
    if (problem) return null;
    if (this.#broadcastId) void this.#stop(this.#broadcastId);
    this.#broadcastId = randomUUID();
    return { broadcastId: this.#broadcastId, showId: this.#showId, role: 'host', subject: randomUUID() };
  }

  async #stop(broadcastId: string): Promise<void> {
    await fetch(`http://localhost:${this.#ports.media}/control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.#grants.signService()}` },
      body: JSON.stringify({ type: 'stop', broadcastId, reason: 'superseded' }),
    }).catch(() => undefined); // It may be down just now, and its broadcasts with it.
  }
}
