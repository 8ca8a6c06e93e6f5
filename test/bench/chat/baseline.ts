import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { Server, type Socket } from 'socket.io';
import { v7 as uuid } from 'uuid';
import * as z from 'zod/mini';
import { roomEvents, type Message } from '#contracts/room';

// The baseline: socket.io as its own documentation shows it, websocket only, with our schemas and our durability. Each
// message is one INSERT, acknowledged after its commit and then emitted to the room. It has its table from bench.ts.

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const http = createServer();
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
let seq = 0;
const hearts = new Map<string, number>(); // show -> not shown yet

type Acknowledge = (answer: unknown) => void;
const refused = { ok: false, error: { code: 'invalid_request' } };

async function post(viewerId: string, request: unknown): Promise<Message | null> {
  const parsed = z.safeParse(roomEvents['chat.send'].request, request);
  if (!parsed.success) return null;
  const { showId, clientMessageId, name, text } = parsed.data;
  seq += 1;
  const message: Message = {
    id: uuid(),
    seq,
    clientMessageId,
    viewerId,
    name,
    role: 'viewer',
    text,
    sentAt: new Date().toISOString(),
    deleted: false,
  };
  await pool.query(
    `INSERT INTO bench_messages (id, show_id, seq, author_key, client_message_id, viewer_id, name, role, text, sent_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [message.id, showId, seq, viewerId, clientMessageId, viewerId, name, message.role, text, message.sentAt],
  );
  io.to(showId).emit('chat.posted', { showId, seq: message.seq, message });
  return message;
}

io.on('connection', (socket: Socket) => {
  const { viewerId } = socket.handshake.auth as { viewerId: string };

  socket.on('show.join', (request: { showId: string }, acknowledge: Acknowledge) => {
    void socket.join(request.showId);
    acknowledge({ ok: true, data: {} });
  });

  socket.on('chat.send', (request: unknown, acknowledge: Acknowledge) => {
    post(viewerId, request).then(
      (message) => acknowledge(message ? { ok: true, data: message } : refused),
      (error: Error) => acknowledge({ ok: false, error: { code: 'internal', message: error.message } }),
    );
  });

  socket.on('reaction.send', (request: unknown, acknowledge: Acknowledge) => {
    const parsed = z.safeParse(roomEvents['reaction.send'].request, request);
    if (!parsed.success) {
      acknowledge(refused);
      return;
    }
    const { showId, count } = parsed.data;
    hearts.set(showId, (hearts.get(showId) ?? 0) + count);
    acknowledge({ ok: true, data: {} });
  });
});

// Nobody would answer thousands of hearts with as many broadcasts; ours shows their sum as often.
setInterval(() => {
  for (const [showId, count] of hearts) io.to(showId).emit('hearts', { showId, count });
  hearts.clear();
}, 250);

process.on('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => process.send!({ port: (http.address() as AddressInfo).port }));
