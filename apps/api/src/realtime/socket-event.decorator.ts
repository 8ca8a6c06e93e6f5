import { SetMetadata } from '@nestjs/common';
import type { RoomEvents } from '#contracts/room';

export const SOCKET_EVENT = 'engawa:socket-event';

/**
 * Marks a provider's method `(connection, request) => Promise<reply>` as the handler of one event of the contract. All are attached to
 * socket.io by `RealtimeServer`: a Nest gateway would double the cost of an inbound event and escape the error rules.
 */
export const SocketEvent = (name: keyof RoomEvents & string): MethodDecorator => SetMetadata(SOCKET_EVENT, name);
