import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

const ADDRESS = '127.0.0.1';
const LONGEST_REQUEST = 16_384;
/** What may wait for a reader that has stopped reading. It has to be ended then. */
const MOST_UNREAD = 32_000_000;
const channels = { video: 0, audio: 2 } as const;

/**
 * RTP to a program on this machine, by RTSP over one TCP connection: unlike datagrams nothing is lost when the reader is slow for a
 * moment, there is no pair of ports to find, and nobody else can send to it. It serves the first that connects, once.
 */
export class RtspLine {
  readonly #server: Server;
  readonly #description: string;
  readonly #onStuck: () => void;
  #socket: Socket | null = null;
  #waiting: Buffer[] | null = [];
  #received = '';

  private constructor(server: Server, description: string, onStuck: () => void) {
    this.#server = server;
    this.#description = description;
    this.#onStuck = onStuck;
    server.maxConnections = 1;
    server.once('connection', (socket) => this.#talk(socket));
  }

  /**
   * @param description SDP with a video and an audio section, which are given the controls `video` and `audio`
   * @param onStuck the reader does not read
   */
  static async open(description: string, onStuck: () => void): Promise<RtspLine> {
    const server = createServer({ noDelay: true });
    server.listen(0, ADDRESS);
    await once(server, 'listening');
    return new RtspLine(server, description, onStuck);
  }

  get url(): string {
    return `rtsp://${ADDRESS}:${(this.#server.address() as AddressInfo).port}/live`;
  }

  /** Packets from before the reader plays wait for it. */
  send(kind: keyof typeof channels, packet: Buffer, rtcp = false): void {
    const head = Buffer.from([0x24, channels[kind] + (rtcp ? 1 : 0), packet.length >> 8, packet.length & 0xff]);
    if (this.#waiting) {
      this.#waiting.push(head, packet);
      return;
    }
    const socket = this.#socket;
    if (!socket || socket.destroyed) return;
    socket.cork();
    socket.write(head);
    socket.write(packet);
    socket.uncork();
    if (socket.writableLength > MOST_UNREAD) this.#onStuck();
  }

  close(): void {
    this.#waiting = null;
    this.#socket?.destroy();
    this.#server.close();
  }

  #talk(socket: Socket): void {
    this.#socket = socket;
    this.#server.close();
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#received += text;
      for (let request = this.#next(); request !== null; request = this.#next()) this.#answer(socket, request);
      if (this.#received.length > LONGEST_REQUEST) socket.destroy();
    });
  }

  /** The next request, receiver reports between them skipped. */
  #next(): string | null {
    for (;;) {
      if (this.#received.startsWith('$')) {
        if (this.#received.length < 4) return null;
        const end = 4 + (this.#received.charCodeAt(2) << 8) + this.#received.charCodeAt(3);
        if (this.#received.length < end) return null;
        this.#received = this.#received.slice(end);
        continue;
      }
      const end = this.#received.indexOf('\r\n\r\n');
      if (end < 0) return null;
      const request = this.#received.slice(0, end);
      this.#received = this.#received.slice(end + 4);
      return request;
    }
  }

  #answer(socket: Socket, request: string): void {
    const [method, url] = request.split(' ', 2);
    const sequence = /^CSeq: *(\d+)/im.exec(request)?.[1] ?? '0';
    const say = (headers: string[], body = '') =>
      socket.write(['RTSP/1.0 200 OK', `CSeq: ${sequence}`, ...headers, '', body].join('\r\n'));
    if (method === 'DESCRIBE') {
      say(['Content-Type: application/sdp', `Content-Length: ${this.#description.length}`], this.#description);
    } else if (method === 'SETUP') {
      const channel = url?.endsWith('/audio') ? channels.audio : channels.video;
      say([`Transport: RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`, 'Session: 1;timeout=3600']);
    } else if (method === 'PLAY') {
      say(['Session: 1']);
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      socket.write(Buffer.concat(waiting));
    } else say(['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN', 'Session: 1']);
  }
}
