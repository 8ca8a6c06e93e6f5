import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Server } from 'socket.io';
import { io } from 'socket.io-client';
import type { Frame } from '#contracts/room';
import type { RoomSocket } from './connection.ts';
import { EncodedPush, sendInOnePiece } from './one-piece.ts';

let http: HttpServer;
let server: Server;

beforeAll(async () => {
  http = createServer();
  server = new Server(http, { transports: ['websocket'], perMessageDeflate: false });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  await server.close();
});

/** Lengths on both sides of each form of a frame's header; in bytes, of which 器 has three. */
test.each([0, 20, 60, 300, 65_400, 65_536, 70_000])(
  'all comes whole and in order, with %i more bytes',
  async (size) => {
    const frame: Frame = { showId: `器${'x'.repeat(size)}`, prev: 3, seq: 4 };
    server.once('connection', (socket) => {
      socket.emit('show.frame', 'as socket.io does it');
      sendInOnePiece(socket as unknown as RoomSocket);
      new EncodedPush('show.frame', frame).sendTo(socket as unknown as RoomSocket);
      socket.emit('show.frame', frame);
      socket.emit('show.frame', Buffer.from('binary'));
      socket.on('ask', (answer: (data: Frame) => void) => answer(frame));
    });
    const { port } = http.address() as AddressInfo;
    const client = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true });
    const received: unknown[] = [];
    client.on('show.frame', (data: unknown) => received.push(data));
    const answer: unknown = await client.emitWithAck('ask');
    client.disconnect();
    expect(received).toEqual(['as socket.io does it', frame, frame, Buffer.from('binary')]);
    expect(answer).toEqual(frame);
  },
);
