import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';

const CORS = ['access-control-allow-origin', '*'];
const IMMUTABLE = ['cache-control', 'public, max-age=86400, immutable', 'accept-ranges', 'bytes'];
/** A body up to here leaves in one piece with its head; a longer one is not worth the copy. */
const ONE_PIECE = 65_536;

/** What is sent to one or to many: made once, in the form in which it leaves. */
export class Answer {
  readonly status: number;
  /** Names and values in turn, without date and length. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  #wire: readonly Buffer[] = [];
  #second = 0;

  constructor(status: number, headers: readonly string[], body: Buffer) {
    this.status = status;
    this.headers = [...CORS, ...headers];
    this.body = body;
  }

  static playlist(text: Buffer, caching: string): Answer {
    return new Answer(200, ['content-type', 'application/vnd.apple.mpegurl', 'cache-control', caching], text);
  }

  static media(bytes: Buffer): Answer {
    return new Answer(200, [...IMMUTABLE, 'content-type', 'video/mp4'], bytes);
  }

  static refusal(status: number, reason: string): Answer {
    const headers = ['cache-control', 'no-store', 'content-type', 'text/plain; charset=utf-8'];
    if (status === 503) headers.push('retry-after', '1');
    return new Answer(status, headers, Buffer.from(`${reason}\n`));
  }

  /** The whole of it as HTTP/1.1, dated with this second. */
  get wire(): readonly Buffer[] {
    const second = Math.floor(Date.now() / 1_000);
    if (second === this.#second) return this.#wire;
    const lines = [`HTTP/1.1 ${this.status} ${STATUS_CODES[this.status]}`];
    for (let at = 0; at < this.headers.length; at += 2) lines.push(`${this.headers[at]}: ${this.headers[at + 1]}`);
    lines.push(`date: ${new Date(second * 1_000).toUTCString()}`, `content-length: ${this.body.length}`);
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
    this.#wire = this.body.length > ONE_PIECE ? [head, this.body] : [Buffer.concat([head, this.body])];
    this.#second = second;
    return this.#wire;
  }
}

/** Who asks, by whichever server. */
export interface Asker {
  readonly gone: boolean;
  /** Tells one viewer from another, as far as that can be seen. */
  readonly who: string;
  send(answer: Answer): void;
  /** Calls back once, when nobody waits for an answer any more. */
  onGone(callback: () => void): void;
}

export class HttpAsker implements Asker {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  get gone(): boolean {
    return this.#response.headersSent || this.#response.destroyed;
  }

  get who(): string {
    return `${this.#request.socket.remoteAddress} ${this.#request.headers['user-agent'] ?? ''}`;
  }

  onGone(callback: () => void): void {
    this.#response.once('close', callback);
  }

  send(answer: Answer): void {
    let { status, body } = answer;
    const headers = [...answer.headers];
    const range = headers.includes('accept-ranges') ? readRange(this.#request.headers.range, body.length) : null;
    if (range === 'outside') {
      this.#response.writeHead(416, [...CORS, 'content-range', `bytes */${body.length}`, 'content-length', '0']).end();
      return;
    }
    if (range) {
      headers.push('content-range', `bytes ${range.from}-${range.to}/${body.length}`);
      status = 206;
      body = body.subarray(range.from, range.to + 1);
    }
    headers.push('content-length', String(body.length));
    this.#response.writeHead(status, headers).end(this.#request.method === 'HEAD' ? undefined : body);
  }

  /** For what is asked by another method than GET and HEAD. */
  sendMethods(): void {
    if (this.#request.method === 'OPTIONS') {
      const allowed = ['access-control-allow-methods', 'GET, HEAD', 'access-control-allow-headers', 'range'];
      this.#response.writeHead(204, [...CORS, ...allowed, 'access-control-max-age', '86400']).end();
    } else this.#response.writeHead(405, [...CORS, 'allow', 'GET, HEAD, OPTIONS', 'content-length', '0']).end();
  }
}

/** One range of bytes; what is no such thing, or several, is not heeded, as the standard allows. */
function readRange(header: string | undefined, length: number): { from: number; to: number } | 'outside' | null {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header);
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const last = Number(match[2]);
    return last === 0 ? 'outside' : { from: Math.max(0, length - last), to: length - 1 };
  }
  const from = Number(match[1]);
  const to = match[2] === '' ? length - 1 : Math.min(Number(match[2]), length - 1);
  if (match[2] !== '' && Number(match[2]) < from) return null;
  return from >= length ? 'outside' : { from, to };
}
