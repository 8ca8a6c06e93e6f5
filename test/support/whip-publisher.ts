import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Order, Picture, Report } from './encoder-process.ts';

/** What went over HTTP, as an encoder sees it. */
export interface WhipAnswer {
  status: number;
  headers: Headers;
  body: string;
}

type Call = Partial<Record<'method' | 'key' | 'body' | 'type' | 'ifMatch', string>>;

export async function whip(
  url: string,
  { method = 'POST', key, body, type = 'application/sdp', ifMatch }: Call = {},
): Promise<WhipAnswer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': type }),
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** An encoder like OBS, in a process of its own (encoder-process.ts). */
export class WhipPublisher {
  readonly #process: ChildProcess;
  readonly #listeners = new Set<() => void>();
  #sdp: string | null = null;
  state = 'new';
  /** Of the session, once it stands. */
  location = '';
  etag = '';

  constructor({ hasSound = true, codec = 'h264' as 'h264' | 'vp8' } = {}) {
    const flags = [...(hasSound ? [] : ['soundless']), codec];
    this.#process = fork(join(import.meta.dirname, 'encoder-process.ts'), flags, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    this.#process.on('message', (report: Report) => {
      if (report.type === 'offer') this.#sdp = report.sdp;
      else this.state = report.state;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** Complete, with its candidates. */
  async offer(): Promise<string> {
    await this.#until(() => this.#sdp !== null);
    return this.#sdp!;
  }

  /** Asks to come in, and once it may, waits for the connection. */
  async open(url: string, key: string): Promise<WhipAnswer> {
    const answer = await whip(url, { key, body: await this.offer() });
    if (answer.status !== 201) return answer;
    this.location = answer.headers.get('location')!;
    this.etag = answer.headers.get('etag')!;
    this.#order({ type: 'answer', sdp: answer.body });
    await this.#until(() => this.state === 'connected' || this.state === 'failed');
    if (this.state === 'failed') throw new Error('the connection failed');
    return answer;
  }

  /** Sends until it is closed. */
  send(picture: Picture = {}): void {
    this.#order({ type: 'send', picture });
  }

  /** Says goodbye to its peer, and to nobody else. */
  close(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  /** As when its machine loses power. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #order(order: Order): void {
    this.#process.send(order);
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!holds()) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
      look();
    });
  }
}
