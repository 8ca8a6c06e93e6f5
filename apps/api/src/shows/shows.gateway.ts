import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RoomEvents, Snapshot } from '#contracts/room';
import type { EventParsed, EventReply } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import { may, type Action } from '../accounts/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { PeopleService } from '../people/index.ts';
import { RealtimeServer, Rooms, SocketEvent, type Connection } from '../realtime/index.ts';
import { BroadcastsService } from './broadcasts.service.ts';
import { PinsService } from './pins.service.ts';
import { showJoined, showLeft } from './show.events.ts';
import { publicShow } from './shows.queries.ts';
import { SnapshotParts } from './snapshot-parts.ts';

type Request<N extends keyof RoomEvents> = EventParsed<RoomEvents, N>;
type Reply<N extends keyof RoomEvents> = Promise<EventReply<RoomEvents, N>>;

/** The socket edge of a show: coming in, watching, pinning. */
@Injectable()
export class ShowsGateway implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly realtime: RealtimeServer,
    private readonly rooms: Rooms,
    private readonly broadcasts: BroadcastsService,
    private readonly pins: PinsService,
    private readonly people: PeopleService,
    private readonly parts: SnapshotParts,
    private readonly events: DomainEvents,
  ) {}

  onModuleInit(): void {
    this.realtime.onLeave(({ identity }, showId) => {
      if (identity.kind === 'viewer') this.events.emit(showLeft, { showId, viewerId: identity.viewerId });
    });
  }

  /** The socket is in the room before the snapshot is read: whatever happens meanwhile reaches it as a frame. */
  @SocketEvent('show.join')
  async join(connection: Connection, { showId, since }: Request<'show.join'>): Reply<'show.join'> {
    const { identity } = connection;
    const show = await this.#visibleShow(connection, showId);
    const firstTime = !connection.showIds.has(showId);
    this.rooms.begin(showId, show.seq);
    await this.realtime.join(connection, showId);
    // A ban ends connections that are in a room. One that came between the first look and the room is seen by this one.
    if (firstTime && identity.kind === 'viewer' && (await this.people.isBanned(show.brandId, identity.viewerId))) {
      await this.realtime.leave(connection, showId);
      throw new AppError('banned');
    }
    const snapshot = await this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<{ seq: string }>(`SELECT seq FROM rooms WHERE show_id = $1`, [showId]);
      const request = { connection, showId, brandId: show.brandId, since };
      return {
        show: await publicShow(tx, { id: showId }),
        seq: Number(rows[0]?.seq ?? 0),
        people: this.rooms.people(showId),
        sales: null,
        recentSales: null,
        ...(await this.parts.gather(tx, request)),
      } as Snapshot;
    }, 'REPEATABLE READ');
    if (firstTime && identity.kind === 'viewer') {
      const { liveSince, endedAt } = snapshot.show;
      const onAir = liveSince !== null && endedAt === null;
      this.events.emit(showJoined, { showId, brandId: show.brandId, viewerId: identity.viewerId, onAir });
    }
    return snapshot;
  }

  @SocketEvent('show.leave')
  async leave(connection: Connection, { showId }: Request<'show.leave'>): Reply<'show.leave'> {
    await this.realtime.leave(connection, showId);
    return {};
  }

  @SocketEvent('show.watch')
  async watch(connection: Connection, { showId }: Request<'show.watch'>): Reply<'show.watch'> {
    await this.#visibleShow(connection, showId);
    const { identity } = connection;
    return this.broadcasts.watch(showId, identity.kind === 'viewer' ? identity.viewerId : identity.memberId);
  }

  @SocketEvent('pin.set')
  async pin(connection: Connection, { showId, offerId }: Request<'pin.set'>): Reply<'pin.set'> {
    const { brandId } = requireStaff(connection, 'shows.host');
    return { pins: await this.pins.pin(brandId, showId, offerId) };
  }

  /** @throws not_found for an unknown show, and for staff of another brand; banned for a viewer who was sent away */
  async #visibleShow({ identity }: Connection, showId: string): Promise<{ brandId: string; seq: number }> {
    const { rows } = await this.database.sql<{ brand_id: string; seq: string | null }>(
      `SELECT brand_id, seq FROM shows LEFT JOIN rooms ON show_id = shows.id WHERE shows.id = $1`,
      [showId],
    );
    const show = rows[0];
    if (!show) throw new AppError('not_found');
    if (identity.kind === 'member' && identity.brandId !== show.brand_id) throw new AppError('not_found');
    if (identity.kind === 'viewer' && (await this.people.isBanned(show.brand_id, identity.viewerId))) {
      throw new AppError('banned');
    }
    return { brandId: show.brand_id, seq: Number(show.seq ?? 0) };
  }
}

/** @throws forbidden unless the connection is of staff who may do this */
export function requireStaff({ identity }: Connection, action: Action) {
  if (identity.kind !== 'member' || !may(identity.role, action)) throw new AppError('forbidden');
  return identity;
}
