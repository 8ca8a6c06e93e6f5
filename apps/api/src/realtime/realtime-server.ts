import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService, HttpAdapterHost, MetadataScanner, Reflector } from '@nestjs/core';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { roomEvents, type RoomEvents, type RoomPushes } from '#contracts/room';
import type { ServerToClient } from '#contracts/socket';
import { AppError, errorBody, newRequestId } from '#platform/app-error';
import { expected } from '#platform/database-away';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { attachEvents, type EventHandlers } from '#platform/socket-events';
import type { Connection, Identity } from './connection.ts';
import { sendInOnePiece } from './one-piece.ts';
import { MAX_QUEUED_BYTES, sessionChannel, Rooms, viewerChannel, type RoomServer } from './rooms.ts';
import { SOCKET_EVENT } from './socket-event.decorator.ts';

/** What the handshake shows of a client. */
export interface Handshake {
  auth: Record<string, unknown>;
  cookie: string | undefined;
}

type Authenticate = (handshake: Handshake) => Promise<Identity>;

/** Enough for a person who types, taps and shops; hearts are gathered by the page. */
const SOCKET_LIMIT = { perSecond: 20, burst: 60 };

/** The one socket.io server of the api: handshake, event handlers, and the sockets' life. */
@Injectable()
export class RealtimeServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #connections = new Map<string, Connection>();
  readonly #leaveListeners: ((connection: Connection, showId: string) => void)[] = [];
  #authenticate: Authenticate = () => Promise.reject(new AppError('unauthenticated'));
  #server: RoomServer | undefined;
  #slowTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly http: HttpAdapterHost,
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly rooms: Rooms,
  ) {}

  /** Set once by the module that knows who people are; that module lies above this one. */
  authenticateWith(authenticate: Authenticate): void {
    this.#authenticate = authenticate;
  }

  /** Called when a socket leaves a room, by request or by going away. */
  onLeave(listener: (connection: Connection, showId: string) => void): void {
    this.#leaveListeners.push(listener);
  }

  onApplicationBootstrap(): void {
    const handlers = this.#collectHandlers();
    const httpServer = this.http.httpAdapter.getHttpServer() as HttpServer;
    const server: RoomServer = new Server(httpServer, {
      transports: ['websocket'],
      perMessageDeflate: false,
      maxHttpBufferSize: 64 * 1024,
      pingInterval: 10_000,
      pingTimeout: 10_000,
      serveClient: false,
      // socket.io's `cors` option does not stop a websocket of a foreign Origin; this does.
      allowRequest: (request, done) => done(null, isOwnOrigin(request)),
    });
    this.#server = server;
    this.rooms.attach(server);
    server.use((socket, next) => {
      const { auth, headers } = socket.handshake;
      this.#authenticate({ auth: auth as Record<string, unknown>, cookie: headers.cookie }).then(
        (identity) => {
          socket.data.identity = identity;
          next();
        },
        (thrown: unknown) => {
          const error = expected(thrown);
          const body = errorBody(error, newRequestId());
          if (body.code === 'internal') logger.error({ err: error, requestId: body.requestId }, 'handshake failed');
          next(Object.assign(new Error(body.message), { data: body }));
        },
      );
    });
    server.on('connection', (socket) => {
      const identity = socket.data.identity as Identity;
      const connection: Connection = { socket, identity, showIds: new Set() };
      this.#connections.set(socket.id, connection);
      sendInOnePiece(socket);
      void socket.join(
        identity.kind === 'viewer' ? viewerChannel(identity.viewerId) : sessionChannel(identity.sessionId),
      );
      attachEvents(socket, connection, roomEvents, handlers, SOCKET_LIMIT);
      socket.on('disconnect', () => {
        this.#connections.delete(socket.id);
        for (const showId of [...connection.showIds]) void this.leave(connection, showId);
      });
    });
    // A client that stops reading would otherwise cost its queue in memory: it is dropped and resumes from its sequence.
    this.#slowTimer = setInterval(() => this.#dropSlow(), 1_000);
    this.#slowTimer.unref();
  }

  async join(connection: Connection, showId: string): Promise<void> {
    await this.rooms.join(connection, showId);
  }

  async leave(connection: Connection, showId: string): Promise<void> {
    if (!connection.showIds.has(showId)) return;
    for (const listener of this.#leaveListeners) listener(connection, showId);
    await this.rooms.leave(connection, showId);
  }

  /** To every connection of one viewer. */
  toViewer<N extends 'you.changed' | 'waitlist.changed' | 'survey.changed'>(
    viewerId: string,
    name: N,
    data: Parameters<ServerToClient<RoomPushes>[N]>[0],
  ): void {
    const viewer = this.#server?.to(viewerChannel(viewerId)) as { emit(name: string, data: unknown): void } | undefined;
    viewer?.emit(name, data);
  }

  /** The rooms that a viewer is in, over all their connections. */
  roomsOf(viewerId: string): string[] {
    return [...new Set(this.#connectionsOf(viewerId).flatMap(({ showIds }) => [...showIds]))];
  }

  /** Ends the connections of a viewer that are in one of these rooms for good; their page is told why and stays away. */
  endViewer(viewerId: string, reason: 'banned', showIds: string[]): void {
    for (const { socket, showIds: joined } of this.#connectionsOf(viewerId)) {
      if (!showIds.some((showId) => joined.has(showId))) continue;
      socket.emit('session.ended', { reason });
      socket.disconnect(true);
    }
  }

  endSession(sessionId: string): void {
    this.#server?.to(sessionChannel(sessionId)).emit('session.ended', { reason: 'signed_out' });
    this.#server?.in(sessionChannel(sessionId)).disconnectSockets(true);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#slowTimer);
    this.rooms.close();
    this.#server?.disconnectSockets(true);
    void this.#server?.close();
  }

  #connectionsOf(viewerId: string): Connection[] {
    const all = [...this.#connections.values()];
    return all.filter(({ identity }) => identity.kind === 'viewer' && identity.viewerId === viewerId);
  }

  #collectHandlers(): EventHandlers<RoomEvents, Connection> {
    const handlers: Record<string, unknown> = {};
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const prototype = Object.getPrototypeOf(instance) as object;
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const target = (instance as Record<string, unknown>)[method];
        if (typeof target !== 'function') continue;
        const name = this.reflector.get<string | undefined>(SOCKET_EVENT, target);
        if (!name) continue;
        if (handlers[name]) throw new Error(`socket event ${name} has two handlers`);
        handlers[name] = target.bind(instance);
      }
    }
    const missing = Object.keys(roomEvents).filter((name) => !handlers[name]);
    if (missing.length > 0) throw new Error(`socket events without a handler: ${missing.join(', ')}`);
    return handlers as EventHandlers<RoomEvents, Connection>;
  }

  #dropSlow(): void {
    for (const { socket } of this.#connections.values()) {
      const transport = socket.conn.transport as { socket?: { bufferedAmount?: number } };
      if ((transport.socket?.bufferedAmount ?? 0) > MAX_QUEUED_BYTES) {
        logger.warn({ socket: socket.id }, 'slow socket dropped');
        socket.conn.close(true);
      }
    }
  }
}

/** @returns true for our own origin, and for a client that is no browser and so sends none */
function isOwnOrigin(request: IncomingMessage): boolean {
  const { origin } = request.headers;
  return origin === undefined || origin === config.publicUrl;
}
