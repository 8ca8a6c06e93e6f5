import { connect, type Socket } from 'node:net';

export type Answer = { ok: true; data: unknown } | { ok: false; error: unknown };

/** How engine.io's packets begin, and socket.io's within them. */
const packet = { open: '0', ping: '2', pong: '3', connected: '40', event: '42', answer: '43', refused: '44' };

const upgrade =
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n' +
  `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`;

/**
 * One client of a socket.io server by websocket, with just what the bench needs. Hundreds of them must cost little beside
 * the servers that are measured, so the frames are read here and not by socket.io's own client.
 */
export class RoomSocket {
  onEvent: (name: string, data: unknown) => void = () => undefined;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #connected = Promise.withResolvers<void>();
  readonly #auth: object;
  readonly #socket: Socket;
  #upgraded = false;
  #rest: Buffer = Buffer.alloc(0);
  #asked = 0;

  private constructor(port: number, auth: object, closed: () => void) {
    this.#auth = auth;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.write(upgrade);
    this.#socket.on('data', (chunk) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#connected.reject(error));
    this.#socket.on('close', closed);
  }

  /** @param auth what the handshake shows */
  static async open(port: number, auth: object, closed: () => void): Promise<RoomSocket> {
    const socket = new RoomSocket(port, auth, closed);
    await socket.#connected.promise;
    return socket;
  }

  ask(name: string, request: object, answered: (answer: Answer) => void): void {
    const number = this.#asked;
    this.#asked += 1;
    this.#answers.set(number, answered);
    this.#send(`${packet.event}${number}${JSON.stringify([name, request])}`);
  }

  /** A masked text frame; the mask is 0, which the server undoes like any other. */
  #send(text: string): void {
    const length = Buffer.byteLength(text);
    const header = length < 126 ? 6 : 8;
    const frame = Buffer.alloc(header + length);
    frame[0] = 0x81;
    if (length < 126) frame[1] = 0x80 | length;
    else {
      frame[1] = 0x80 | 126;
      frame.writeUInt16BE(length, 2);
    }
    frame.write(text, header);
    this.#socket.write(frame);
  }

  #read(chunk: Buffer): void {
    let data = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    if (!this.#upgraded) {
      const end = data.indexOf('\r\n\r\n');
      this.#rest = data;
      if (end < 0) return;
      if (!data.toString('latin1').startsWith('HTTP/1.1 101')) {
        this.#connected.reject(new Error(data.toString('utf8')));
        return;
      }
      this.#upgraded = true;
      data = data.subarray(end + 4);
    }
    this.#rest = data.subarray(this.#readFrames(data));
  }

  /** @returns where the first frame begins that is not complete yet */
  #readFrames(data: Buffer): number {
    let at = 0;
    while (data.length - at >= 2) {
      let length = data[at + 1]! & 0x7f;
      let header = 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(at + 2);
        header = 4;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(at + 2));
        header = 10;
      }
      const end = at + header + length;
      if (data.length < end) break;
      // Only whole text frames matter; a close frame is followed by the close of the socket.
      if ((data[at]! & 0x0f) === 1) this.#take(data.toString('utf8', at + header, end));
      at = end;
    }
    return at;
  }

  #take(text: string): void {
    if (text.startsWith(packet.event)) {
      const [name, data] = JSON.parse(text.slice(2)) as [string, unknown];
      this.onEvent(name, data);
    } else if (text.startsWith(packet.answer)) {
      const start = text.indexOf('[');
      const number = Number(text.slice(2, start));
      const [answer] = JSON.parse(text.slice(start)) as [Answer];
      this.#answers.get(number)!(answer);
      this.#answers.delete(number);
    } else if (text === packet.ping) this.#send(packet.pong);
    else if (text.startsWith(packet.open)) this.#send(packet.connected + JSON.stringify(this.#auth));
    else if (text.startsWith(packet.connected)) this.#connected.resolve();
    else if (text.startsWith(packet.refused)) this.#connected.reject(new Error(`refused: ${text.slice(2)}`));
  }
}
