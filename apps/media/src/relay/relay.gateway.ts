import { Injectable } from '@nestjs/common';
import type { Server, Socket } from 'socket.io';
import type { MediaPushes } from '#contracts/media';
import { RelayAuth, relayEvents, type RelayEvents } from '#contracts/relay';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { errorBody, newRequestId } from '#platform/app-error';
import { verifyService } from '#platform/grants';
import { attachEvents, type EventHandlers } from '#platform/socket-events';
import { validate } from '#platform/validate';
import { Broadcasts } from '../broadcasts.ts';
import type { Broadcast } from '../broadcast.ts';
import type { Link } from '../participant.ts';
import { Outlet } from './outlet.ts';

type RelaySocket = Socket<
  ClientToServer<RelayEvents>,
  ServerToClient<MediaPushes>,
  Record<never, never>,
  { broadcast: Broadcast }
>;

const handlers: EventHandlers<RelayEvents, Outlet> = {
  'relay.open': (outlet, request) => outlet.open(request),
  'relay.producers': (outlet) => outlet.producers(),
};

/** The edge to other media processes: who has our secret may serve our broadcasts to viewers of their own. */
@Injectable()
export class RelayGateway {
  constructor(private readonly broadcasts: Broadcasts) {}

  attach(server: Server): void {
    const relay = server.of('/relay');
    relay.use((socket, next) => {
      this.#admit(socket as RelaySocket).then(
        () => next(),
        (error: unknown) => {
          const body = errorBody(error, newRequestId());
          next(Object.assign(new Error(body.code), { data: body }));
        },
      );
    });
    relay.on('connection', (socket) => this.#connect(socket as RelaySocket));
  }

  async #admit(socket: RelaySocket): Promise<void> {
    const { token, broadcastId } = validate(RelayAuth, socket.handshake.auth);
    await verifyService(`Bearer ${token}`);
    socket.data = { broadcast: this.broadcasts.own(broadcastId) };
  }

  #connect(socket: RelaySocket): void {
    const { broadcast } = socket.data;
    const link: Link = {
      push: (event, data) => void (socket as Socket).emit(event, data),
      close: () => void socket.disconnect(true),
    };
    if (broadcast.ended) {
      link.push('broadcast.ended', { reason: broadcast.ended });
      link.close();
      return;
    }
    const outlet = new Outlet(broadcast);
    const leave = broadcast.relayTo(link);
    attachEvents(socket as Socket, outlet, relayEvents, handlers, { perSecond: 20, burst: 80 });
    socket.on('disconnect', () => {
      leave();
      outlet.close();
    });
  }
}
