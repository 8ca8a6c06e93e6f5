import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logger } from '#platform/logger';
import type { BroadcastsService } from '../shows/index.ts';

const NODE_ID = 'demo-history';
const HEARTBEAT_MS = 1_000;

/** A media process as the api knows it, through which nothing flows: it says that it lives, and that a broadcast's media came. */
export class MediaStandIn {
  readonly #bootId = randomUUID();
  readonly #transmitting = new Set<string>();
  readonly #server = createServer((_request, response) => response.end('{}'));
  #controlUrl = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly broadcasts: BroadcastsService) {}

  async open(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#controlUrl = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    await this.heartbeat();
    this.#timer = setInterval(() => {
      this.heartbeat().catch((error: unknown) => logger.warn({ err: error }, 'no heartbeat'));
    }, HEARTBEAT_MS);
  }

  async heartbeat(): Promise<void> {
    await this.broadcasts.onFact({
      type: 'heartbeat',
      nodeId: NODE_ID,
      bootId: this.#bootId,
      publicUrl: 'http://localhost:9',
      controlUrl: this.#controlUrl,
      maxViewers: 350,
      edges: [],
      // Nothing is recorded: it need not be asked for replays, which it could not be once it is gone.
      packager: false,
      broadcasts: [...this.#transmitting].map((id) => ({ id, viewers: 0, hlsViewers: 0, hlsDelayMs: null })),
      at: new Date().toISOString(),
    });
  }

  async ready(broadcastId: string): Promise<void> {
    this.#transmitting.add(broadcastId);
    await this.broadcasts.onBroadcastReady(broadcastId);
  }

  over(broadcastId: string): void {
    this.#transmitting.delete(broadcastId);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
