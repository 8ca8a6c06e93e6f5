import type { Socket } from 'socket.io';
import type { Role } from '#contracts/accounts';
import type { RoomEvents, RoomPushes } from '#contracts/room';
import type { ClientToServer, ServerToClient } from '#contracts/socket';

/** Who is at the other end of a socket: decided once, in the handshake. */
export type Identity =
  | { kind: 'viewer'; viewerId: string }
  | { kind: 'member'; memberId: string; sessionId: string; brandId: string; role: Role; name: string };

export type RoomSocket = Socket<ClientToServer<RoomEvents>, ServerToClient<RoomPushes>>;

/** One socket and what the server keeps about it. */
export interface Connection {
  readonly socket: RoomSocket;
  readonly identity: Identity;
  /** Rooms that this socket has joined. */
  readonly showIds: Set<string>;
}

/** Counts a person once however many tabs they have: staff are apart from viewers. */
export function personKey(identity: Identity): string {
  return identity.kind === 'viewer' ? identity.viewerId : `member:${identity.memberId}`;
}
