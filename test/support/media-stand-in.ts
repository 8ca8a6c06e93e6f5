import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MediaCommand } from '#contracts/media';
import { showsApi, type EndReason } from '#contracts/shows';
import { validate } from '#platform/validate';
import type { Api, Staff } from './api.ts';

/**
 * A media process as the api knows it: reports each second over HTTP and takes commands over HTTP. No media flows; the test
 * says when a broadcast is ready or over.
 */
export class MediaStandIn {
  readonly nodeId = `media-${randomUUID()}`;
  /** What the api has sent, in order. */
  readonly commands: MediaCommand[] = [];
  bootId = randomUUID();
  /** Broadcasts that this start of the process transmits. */
  readonly transmitting = new Set<string>();
  /** Who watches by WebRTC, as told with the next report. */
  viewers = 0;
  maxViewers = 350;
  packager = true;
  #timer: NodeJS.Timeout | undefined;
  #controlUrl = '';
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const command = validate(MediaCommand, JSON.parse(body));
      this.commands.push(command);
      if (command.type === 'stop') this.transmitting.delete(command.broadcastId);
      response.end('{}');
    });
  });

  private constructor(private readonly api: Api) {}

  static async start(api: Api): Promise<MediaStandIn> {
    const media = new MediaStandIn(api);
    media.#server.listen(0, '127.0.0.1');
    await once(media.#server, 'listening');
    media.#controlUrl = `http://127.0.0.1:${(media.#server.address() as AddressInfo).port}`;
    await media.speak();
    return media;
  }

  /** Reports now, and from now on each second. */
  async speak(): Promise<void> {
    await this.heartbeat();
    this.#timer ??= setInterval(() => void this.heartbeat().catch(() => undefined), 1_000);
  }

  /** Neither reports nor says goodbye. */
  fallSilent(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** The process died and was started again: it knows nothing of its broadcasts. */
  async restart(): Promise<void> {
    this.bootId = randomUUID();
    this.transmitting.clear();
    await this.heartbeat();
  }

  async heartbeat(): Promise<void> {
    await this.api.fact({
      type: 'heartbeat',
      nodeId: this.nodeId,
      bootId: this.bootId,
      publicUrl: 'http://localhost:9',
      controlUrl: this.#controlUrl,
      maxViewers: this.maxViewers,
      edges: [],
      packager: this.packager,
      broadcasts: [...this.transmitting].map((id) => ({ id, viewers: this.viewers, hlsViewers: 0, hlsDelayMs: null })),
      at: new Date().toISOString(),
    });
  }

  /** First media of this broadcast arrived. */
  async ready(broadcastId: string): Promise<void> {
    this.transmitting.add(broadcastId);
    await this.api.fact({ type: 'ready', ...this.#about(broadcastId) });
  }

  async ended(broadcastId: string, reason: EndReason): Promise<void> {
    this.transmitting.delete(broadcastId);
    await this.api.fact({ type: 'ended', reason, ...this.#about(broadcastId) });
  }

  /** The host presses Go live and their media flows. @returns the id of the broadcast */
  async onAir(host: Staff, showId: string): Promise<string> {
    const { broadcastId } = await this.api.call(showsApi.goLive, { id: showId }, host);
    await this.ready(broadcastId);
    return broadcastId;
  }

  async close(): Promise<void> {
    this.fallSilent();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #about(broadcastId: string) {
    return { nodeId: this.nodeId, bootId: this.bootId, broadcastId, at: new Date().toISOString() };
  }
}
