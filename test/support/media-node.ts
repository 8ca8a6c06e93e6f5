import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePorts } from './ports.ts';

const root = join(import.meta.dirname, '../..');
const loader = join(root, 'test/bench/support/typescript.mjs');

/** A media process of its own, from the sources, to be run beside others and to be killed. */
export class MediaNode {
  readonly nodeId: string;
  readonly url: string;
  readonly rtcPort: number;
  #log = '';
  readonly #child: ChildProcess;

  private constructor(nodeId: string, url: string, rtcPort: number, child: ChildProcess) {
    this.nodeId = nodeId;
    this.url = url;
    this.rtcPort = rtcPort;
    this.#child = child;
  }

  static async start(apiUrl: string, env: Record<string, string> = {}): Promise<MediaNode> {
    const [port, rtcPort] = (await freePorts(2)) as [number, number];
    const url = `http://127.0.0.1:${port}`;
    const nodeId = env.MEDIA_NODE_ID ?? `media-${port}`;
    const child = spawn(process.execPath, ['--import', loader, join(root, 'apps/media/src/main.ts')], {
      cwd: root,
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        LOG_LEVEL: 'info',
        MEDIA_PORT: String(port),
        MEDIA_RTC_PORT: String(rtcPort),
        MEDIA_NODE_ID: nodeId,
        MEDIA_PUBLIC_URL: url,
        MEDIA_CONTROL_URL: url,
        API_URL: apiUrl,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const node = new MediaNode(nodeId, url, rtcPort, child);
    await node.#up();
    return node;
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get log(): string {
    return this.#log;
  }

  /** Pids of its workers as they are now, by their place. */
  get workers(): number[] {
    const pids: number[] = [];
    const lines = this.#log.matchAll(/"worker":(\d+),"pid":(\d+),"port":\d+,"msg":"media worker started"/g);
    for (const [, place, pid] of lines) pids[Number(place)] = Number(pid);
    return pids;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }

  async #up(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#log += text;
        if (this.#log.includes('media is up')) resolve();
      });
    }
    this.#child.once('exit', () => reject(new Error(`the media process ended:\n${this.#log}`)));
    await promise;
  }
}
