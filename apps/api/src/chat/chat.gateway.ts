import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RoomEvents } from '#contracts/room';
import type { EventParsed, EventReply } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import { DomainEvents } from '../database/index.ts';
import { Rooms, SocketEvent, type Connection, type Identity } from '../realtime/index.ts';
import { requireStaff, SnapshotParts } from '../shows/index.ts';
import { heartsSent } from './chat.events.ts';
import { messagesSince } from './chat.queries.ts';
import { ChatService } from './chat.service.ts';
import { ModerationService } from './moderation.service.ts';

type Request<N extends keyof RoomEvents> = EventParsed<RoomEvents, N>;
type Reply<N extends keyof RoomEvents> = Promise<EventReply<RoomEvents, N>>;

@Injectable()
export class ChatGateway implements OnModuleInit {
  constructor(
    private readonly chat: ChatService,
    private readonly moderation: ModerationService,
    private readonly rooms: Rooms,
    private readonly parts: SnapshotParts,
    private readonly events: DomainEvents,
  ) {}

  onModuleInit(): void {
    this.parts.add(async (tx, { connection, showId, since }) => ({
      ...(await messagesSince(tx, showId, since)),
      you: await this.#you(tx, connection.identity, showId),
    }));
  }

  @SocketEvent('chat.send')
  async send(connection: Connection, request: Request<'chat.send'>): Reply<'chat.send'> {
    requireInRoom(connection, request.showId);
    return this.chat.post(connection.identity, request);
  }

  @SocketEvent('chat.delete')
  async delete(connection: Connection, { showId, messageId }: Request<'chat.delete'>): Reply<'chat.delete'> {
    await this.moderation.deleteMessage(requireStaff(connection, 'chat.moderate'), showId, messageId);
    return {};
  }

  @SocketEvent('chat.mute')
  async mute(connection: Connection, { showId, viewerId, minutes }: Request<'chat.mute'>): Reply<'chat.mute'> {
    await this.moderation.mute(requireStaff(connection, 'chat.moderate'), showId, viewerId, minutes);
    return {};
  }

  @SocketEvent('chat.ban')
  async ban(connection: Connection, { showId, viewerId }: Request<'chat.ban'>): Reply<'chat.ban'> {
    await this.moderation.ban(requireStaff(connection, 'chat.moderate'), showId, viewerId);
    return {};
  }

  /** A count in memory until the next frame; nothing waits for it. */
  @SocketEvent('reaction.send')
  async react(connection: Connection, { showId, count }: Request<'reaction.send'>): Reply<'reaction.send'> {
    requireInRoom(connection, showId);
    this.rooms.addHearts(showId, count);
    if (connection.identity.kind === 'viewer') {
      this.events.emit(heartsSent, { showId, viewerId: connection.identity.viewerId, count });
    }
    return {};
  }

  async #you(tx: Parameters<typeof messagesSince>[0], identity: Identity, showId: string) {
    if (identity.kind === 'member') {
      const role = identity.role === 'moderator' ? ('moderator' as const) : ('host' as const);
      return { viewerId: null, role, name: identity.name, muted: false, mutedUntil: null };
    }
    const { rows } = await tx.sql<{ name: string | null; until: Date | null }>(
      `SELECT (SELECT name FROM chat_messages WHERE show_id = $1 AND author_key = $2::text ORDER BY seq DESC LIMIT 1) AS name,
              (SELECT until FROM mutes WHERE show_id = $1 AND viewer_id = $2::uuid AND until > engawa_now()) AS until`,
      [showId, identity.viewerId],
    );
    const row = rows[0];
    return {
      viewerId: identity.viewerId,
      role: 'viewer' as const,
      name: row?.name ?? null,
      muted: Boolean(row?.until),
      mutedUntil: row?.until?.toISOString() ?? null,
    };
  }
}

/** @throws not_in_room: whoever speaks to a room has joined it, and so was not turned away */
function requireInRoom(connection: Connection, showId: string): void {
  if (!connection.showIds.has(showId)) throw new AppError('not_in_room');
}
