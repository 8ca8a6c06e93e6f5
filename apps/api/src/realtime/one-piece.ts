import type { Socket as NetSocket } from 'node:net';
import type { RoomPushes } from '#contracts/room';
import type { ServerToClient } from '#contracts/socket';
import type { RoomSocket } from './connection.ts';

// A websocket frame is a header and a payload. socket.io hands them to the kernel as two pieces, which costs more than it looks: for
// the small messages of a room a tenth of all CPU. engine.io takes a whole frame, too, and sends it as it is.

/** Anything else that engine.io sends by this name is encoded by itself: a transport that is no websocket ignores the frame. */
interface Options {
  compress?: boolean;
  wsPreEncodedFrame?: [Buffer];
}

/** Lets whatever is sent to this socket leave in one piece, acknowledgements above all. */
export function sendInOnePiece({ conn }: RoomSocket): void {
  conn.on('packetCreate', (packet: { type: string; data?: unknown; options: Options }) => {
    if (packet.type !== 'message' || typeof packet.data !== 'string' || packet.options.wsPreEncodedFrame) return;
    packet.options = { ...packet.options, wsPreEncodedFrame: [textFrame(`4${packet.data}`)] };
  });
}

/** What engine.io keeps of a socket, and ws below it; where a part of it is missing, a push takes the ordinary way. */
interface Line {
  readyState: string;
  writeBuffer?: unknown[];
  transport: { socket?: { readyState: number; _socket?: NetSocket } };
}

/**
 * A push for many sockets, encoded and framed once for all and handed to their TCP sockets. socket.io's broadcast encodes once, too,
 * but the layers between then spend as much on each socket as the kernel does.
 */
export class EncodedPush<N extends keyof RoomPushes & string> {
  readonly #text: string;
  readonly #frame: Buffer;

  constructor(name: N, data: Parameters<ServerToClient<RoomPushes>[N]>[0]) {
    this.#text = `2${JSON.stringify([name, data])}`; // 2: an event of the main namespace, to socket.io
    this.#frame = textFrame(`4${this.#text}`); // 4: a message, to engine.io
  }

  /** Nothing overtakes: what engine.io has not passed on yet goes first, and the rest is in the TCP socket's own queue already. */
  sendTo(socket: RoomSocket): void {
    const line = socket.conn as unknown as Line;
    const webSocket = line.transport.socket;
    if (
      line.readyState === 'open' &&
      line.writeBuffer?.length === 0 &&
      webSocket?.readyState === 1 &&
      webSocket._socket
    ) {
      webSocket._socket.write(this.#frame);
    } else {
      socket.conn.write(this.#text, { wsPreEncodedFrame: [this.#frame] } as Options);
    }
  }
}

/** A whole text frame of a server: final, not masked (RFC 6455, 5.2). */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const start = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = 0x81;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, start);
  return frame;
}
