import type { Server as HttpServer } from 'node:http';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Server, type Socket } from 'socket.io';
import { mediaEvents, type MediaEvents, type MediaPushes } from '#contracts/media';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { AppError, errorBody, newRequestId } from '#platform/app-error';
import { config } from '#platform/config';
import { verifyGrant } from '#platform/grants';
import { logger } from '#platform/logger';
import { attachEvents, type EventHandlers } from '#platform/socket-events';
import type { Broadcast } from './broadcast.ts';
import { Broadcasts } from './broadcasts.ts';
import { RelayGateway } from './relay/relay.gateway.ts';
import type { Link, Participant, Seat } from './participant.ts';

type SocketData = { claims: Awaited<ReturnType<typeof verifyGrant>>; broadcast: Broadcast; seat: Seat };
type MediaSocket = Socket<ClientToServer<MediaEvents>, ServerToClient<MediaPushes>, Record<never, never>, SocketData>;

const handlers: EventHandlers<MediaEvents, Participant> = {
  'media.hello': async (participant) => participant.hello(),
  'transport.create': (participant, request) => participant.createTransport(request),
  'transport.connect': (participant, request) => participant.connectTransport(request),
  'transport.restartIce': (participant, request) => participant.restartIce(request),
  'transport.limit': (participant, request) => participant.limitTransport(request),
  'producer.create': (participant, request) => participant.produce(request),
  'producer.pause': (participant, request) => participant.pauseProducer(request),
  'producer.close': (participant, request) => participant.closeProducer(request),
  'consumer.createAll': (participant, request) => participant.consumeAll(request),
  'consumer.resume': (participant, request) => participant.resumeConsumer(request),
  'ingest.plain': (participant, request) => participant.ingestPlain(request),
};

/** The edge to browsers: admits by grant, and lets nothing malformed through to a broadcast. */
@Injectable()
export class SignallingGateway implements OnApplicationBootstrap {
  #server: Server<ClientToServer<MediaEvents>, ServerToClient<MediaPushes>, Record<never, never>, SocketData> | null =
    null;

  constructor(
    private readonly broadcasts: Broadcasts,
    private readonly relay: RelayGateway,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    this.#server = new Server(this.adapterHost.httpAdapter.getHttpServer() as HttpServer, {
      path: '/media',
      transports: ['websocket'],
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: 256_000,
      connectTimeout: 5_000,
      // A line that broke without a word is noticed within 7 s.
      pingInterval: 3_000,
      pingTimeout: 4_000,
      // A `cors` setting would not stop a websocket. No Origin means no browser: the demo's host, an encoder.
      allowRequest: ({ headers: { origin } }, answer) =>
        answer(null, origin === undefined || origin === config.publicUrl),
    });
    this.#server.use((socket, next) => {
      this.#admit(socket).then(
        () => next(),
        (error: unknown) => next(refusal(error)),
      );
    });
    this.relay.attach(this.#server as unknown as Server);
    this.#server.on('connection', (socket) => this.#connect(socket));
  }

  /** Closes all sockets. What was pushed before is still sent. */
  close(): void {
    this.#server?.disconnectSockets(true);
  }

  async #admit(socket: MediaSocket): Promise<void> {
    const { grant } = socket.handshake.auth as { grant?: unknown };
    if (typeof grant !== 'string') throw new AppError('grant_invalid');
    const claims = await verifyGrant(grant);
    const broadcast = await this.broadcasts.find(claims);
    this.broadcasts.admit(broadcast, claims);
    socket.data = { claims, broadcast, seat: await this.broadcasts.seat(broadcast, claims) };
  }

  #connect(socket: MediaSocket): void {
    const link: Link = {
      push: (event, data) => void (socket as Socket).emit(event, data),
      close: () => void socket.disconnect(true),
    };
    let participant: Participant;
    try {
      const { claims, broadcast, seat } = socket.data;
      this.broadcasts.admit(broadcast, claims);
      participant = broadcast.join(claims, link, seat);
    } catch {
      // It ended, or filled up, between the handshake and now.
      const { ended } = socket.data.broadcast;
      if (ended) link.push('broadcast.ended', { reason: ended });
      link.close();
      return;
    }
    attachEvents(socket as Socket, participant, mediaEvents, handlers, { perSecond: 20, burst: 80 });
    socket.on('disconnect', () => participant.disconnected());
  }
}

/** A refusal at the handshake reaches the client as `connect_error` with the usual body in `data`. */
function refusal(error: unknown): Error {
  const requestId = newRequestId();
  if (!(error instanceof AppError)) logger.error({ err: error, requestId }, 'handshake failed');
  const body = errorBody(error, requestId);
  return Object.assign(new Error(body.code), { data: body });
}
