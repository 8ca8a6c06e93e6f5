import { Injectable } from '@nestjs/common';
import { createWorker, setLogEventListeners, type types } from 'mediasoup';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { WorkerLoad } from './worker-load.ts';

const HEARTBEAT_MS = 1_000;
/**
 * A worker whose answer is still out after so many more heartbeats hangs: noticed within 4 s. Counted, not timed, because
 * after a pause of this process (a laptop's sleep) the answer waits in a queue that is read only after the first tick.
 */
const HUNG_AFTER_BEATS = 3;
const LONGEST_RETRY_MS = 2_000;

/** One native worker and the one server, on one UDP and one TCP port, through which all its WebRTC comes and goes. */
export interface MediaWorker {
  readonly index: number;
  readonly worker: types.Worker;
  readonly webRtcServer: types.WebRtcServer;
  readonly load: WorkerLoad;
}

/**
 * The pool of native workers. Each slot has its own port and is filled again when its worker dies; a worker that hangs is
 * killed, so that it dies too.
 */
@Injectable()
export class Workers {
  readonly #slots: (MediaWorker | null)[] = [];
  readonly #deathListeners = new Set<(dead: MediaWorker) => void>();
  #closed = false;

  /** @throws when a worker cannot be started, e.g. because its port is taken: at start that is for the operator to see. */
  async start(): Promise<void> {
    // What it refuses is answered to whoever asked; only its own troubles are for the operator.
    setLogEventListeners({
      onwarn: (namespace, text) => logger.debug({ namespace }, text),
      onerror: (namespace, text, error) => {
        const refusal = text.includes('throwing MediaSoup');
        logger[refusal ? 'debug' : 'warn']({ namespace, err: error }, text);
      },
    });
    this.#slots.length = config.mediaWorkers;
    this.#slots.fill(null);
    for (let index = 0; index < config.mediaWorkers; index += 1) await this.#fill(index, 5);
  }

  get alive(): number {
    return this.#slots.filter((slot) => slot !== null).length;
  }

  /** Calls `listener` once for each worker that dies, before another takes its place. */
  onDeath(listener: (dead: MediaWorker) => void): void {
    this.#deathListeners.add(listener);
  }

  /**
   * The worker that `load` rates lowest.
   * @throws AppError `unavailable` while none is alive.
   */
  pick(load: (worker: MediaWorker) => number): MediaWorker {
    const best = this.#slots
      .filter((slot) => slot !== null)
      .map((slot) => ({ slot, load: load(slot) }))
      .sort((a, b) => a.load - b.load)[0];
    if (!best) throw new AppError('unavailable', { retryAfterMs: 500 });
    return best.slot;
  }

  /** Where a viewer goes whose broadcast has its home there: home while it has room, else the least loaded that has. */
  placeViewer(home: MediaWorker): MediaWorker {
    const place = home.load.full ? this.#leastLoaded(home) : home;
    place.load.expectViewer();
    return place;
  }

  #leastLoaded(home: MediaWorker): MediaWorker {
    const alive = this.#slots.filter((slot) => slot !== null).toSorted((a, b) => a.load.share - b.load.share);
    return alive.find(({ load }) => !load.full) ?? alive[0] ?? home;
  }

  close(): void {
    this.#closed = true;
    for (const slot of this.#slots) slot?.worker.close();
    this.#slots.fill(null);
  }

  /** Retries, because the port of a worker that was just killed, or of a whole process before this one, may not be free yet. */
  async #fill(index: number, attempts: number): Promise<void> {
    for (let attempt = 1; !this.#closed; attempt += 1) {
      try {
        await this.#startWorker(index);
        return;
      } catch (error) {
        if (attempt >= attempts) throw error;
        logger.warn({ err: error, worker: index, attempt }, 'media worker does not start, trying again');
        await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_RETRY_MS, 100 * 2 ** attempt)));
      }
    }
  }

  async #startWorker(index: number): Promise<void> {
    const worker = await createWorker({ workerBin: config.mediasoupWorkerBin, logLevel: 'error' });
    const port = config.mediaRtcPort + index;
    let webRtcServer: types.WebRtcServer;
    try {
      const listen = { ip: config.host, announcedAddress: config.mediaAnnouncedAddress, port };
      webRtcServer = await worker.createWebRtcServer({
        listenInfos: [
          { ...listen, protocol: 'udp', sendBufferSize: 4_194_304, recvBufferSize: 4_194_304 },
          { ...listen, protocol: 'tcp' },
        ],
      });
    } catch (error) {
      worker.close();
      throw error;
    }
    // Both calls above wait, and the process may have been told to end meanwhile.
    if (this.#closed || worker.closed) {
      worker.close();
      throw new Error(`media worker ${index} ended while it started`);
    }
    const slot: MediaWorker = { index, worker, webRtcServer, load: new WorkerLoad(config.mediaWorkerLimit) };
    this.#slots[index] = slot;
    const heartbeat = this.#watch(slot);
    worker.on('died', (error) => {
      clearInterval(heartbeat);
      if (this.#closed) return;
      logger.error({ err: error, worker: index, pid: worker.pid }, 'media worker died');
      this.#slots[index] = null;
      for (const listener of this.#deathListeners) listener(slot);
      this.#fill(index, Infinity).catch((reason: unknown) =>
        logger.fatal({ err: reason, worker: index }, 'no media worker'),
      );
    });
    worker.observer.on('close', () => clearInterval(heartbeat));
    logger.info({ worker: index, pid: worker.pid, port }, 'media worker started');
  }

  #watch({ worker, index, load }: MediaWorker): NodeJS.Timeout {
    let waiting = false;
    let missed = 0;
    return setInterval(() => {
      if (waiting) {
        missed += 1;
        if (missed < HUNG_AFTER_BEATS) return;
        logger.error({ worker: index, pid: worker.pid }, 'media worker hangs and is killed');
        process.kill(worker.pid, 'SIGKILL');
        return;
      }
      waiting = true;
      const answered = () => {
        waiting = false;
        missed = 0;
      };
      // Rejected only when the worker closed, and then this interval ends as well.
      worker.getResourceUsage().then(({ ru_utime: user, ru_stime: system }) => {
        load.measured(user + system, performance.now());
        answered();
      }, answered);
    }, HEARTBEAT_MS);
  }
}
