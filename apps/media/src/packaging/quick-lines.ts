import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Answer, Asker } from './answer.ts';

/**
 * A whole GET of ours and nothing else: every line of the head well formed, and no field that asks for more than the bytes as they
 * are, or that changes the connection. An HTTP server reads all others.
 */
const PLAIN =
  /^GET (\/hls\/[!-~]+) HTTP\/1\.1\r\n(?:(?!(?:content-length|transfer-encoding|expect|upgrade|range|if-[a-z-]+):|connection:(?! ?keep-alive\r))[!#-'*+.0-9A-Z^-z|~-]+:[\t -~\x80-\xff]*\r\n)+\r\n$/i;
const HOST = /\r\nhost:/i;
const USER_AGENT = /\r\nuser-agent:([^\r]*)/i;
const LONGEST_HEAD = 4_096;
/** Who waits for an answer may send the next request already, and no more than that. */
const MOST_HELD = 65_536;
/** A player asks several times a second. */
const IDLE_MS = 30_000;

export type AnswerTo = (url: string, asker: Asker) => void;

/**
 * Answers plain GETs of `/hls/` on connections of an HTTP server without that server's bookkeeping, which costs more than sending a playlist. At
 * the first request that is anything else a connection is the server's, from that request on.
 */
export class QuickLines {
  readonly #lines = new Set<QuickLine>();
  readonly #answer: AnswerTo;
  #closed = false;

  constructor(server: Server, answer: AnswerTo) {
    this.#answer = answer;
    const listeners = server.listeners('connection') as ((socket: Socket) => void)[];
    const handOver = (socket: Socket) => {
      for (const listener of listeners) listener.call(server, socket);
    };
    server.removeAllListeners('connection').on('connection', (socket: Socket) => {
      if (this.#closed) return handOver(socket);
      const line = new QuickLine(socket, this.#answer, (goesOn) => {
        this.#lines.delete(line);
        if (goesOn) handOver(socket);
      });
      this.#lines.add(line);
    });
  }

  /** Connections that come later are the server's. */
  close(): void {
    this.#closed = true;
    for (const line of this.#lines) line.end();
  }
}

class QuickLine implements Asker {
  readonly #socket: Socket;
  readonly #answer: AnswerTo;
  readonly #onDone: (goesOn: boolean) => void;
  #head = '';
  #waits = false;
  #held: Buffer[] = [];
  #onGone: (() => void) | null = null;

  constructor(socket: Socket, answer: AnswerTo, onDone: (goesOn: boolean) => void) {
    this.#socket = socket;
    this.#answer = answer;
    this.#onDone = onDone;
    socket.setTimeout(IDLE_MS);
    socket.on('data', this.#onData).on('end', this.#onEnd).on('timeout', this.#onTimeout);
    socket.on('error', this.#onError).on('close', this.#onClose);
  }

  get gone(): boolean {
    return !this.#waits || !this.#socket.writable;
  }

  get who(): string {
    return `${this.#socket.remoteAddress} ${USER_AGENT.exec(this.#head)?.[1]?.trim() ?? ''}`;
  }

  onGone(callback: () => void): void {
    this.#onGone = callback;
  }

  send({ wire }: Answer): void {
    this.#waits = false;
    this.#onGone = null;
    const socket = this.#socket;
    if (wire.length === 1) socket.write(wire[0]!);
    else {
      socket.cork();
      for (const piece of wire) socket.write(piece);
      socket.uncork();
    }
    if (this.#held.length > 0) this.#handOver(Buffer.concat(this.#held));
  }

  end(): void {
    this.#socket.end();
    this.#socket.setTimeout(1_000);
  }

  readonly #onData = (bytes: Buffer): void => {
    if (this.#waits) {
      this.#held.push(bytes);
      if (this.#held.reduce((sum, { length }) => sum + length, 0) > MOST_HELD) this.#socket.destroy();
      return;
    }
    if (!this.#socket.writable) return;
    // Who asks on without reading has to be slowed down, and the server knows how.
    if (bytes.length > LONGEST_HEAD || this.#socket.writableLength > 0) return this.#handOver(bytes);
    this.#head = bytes.toString('latin1');
    const plain = PLAIN.exec(this.#head);
    if (!plain || !HOST.test(this.#head)) return this.#handOver(bytes);
    this.#waits = true;
    this.#answer(plain[1]!, this);
  };

  /** The rest of the connection is read by the server as if it had just begun. */
  #handOver(bytes: Buffer): void {
    const socket = this.#socket;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('timeout', this.#onTimeout);
    socket.off('error', this.#onError).off('close', this.#onClose);
    socket.pause();
    socket.unshift(bytes);
    socket.setTimeout(0);
    this.#onDone(true);
    socket.resume();
  }

  readonly #onEnd = (): void => void this.#socket.end();
  readonly #onTimeout = (): void => void this.#socket.destroy();
  /** It closes now, which is all that has to be known. */
  readonly #onError = (): void => undefined;
  readonly #onClose = (): void => {
    this.#onDone(false);
    this.#onGone?.();
  };
}
