import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { RoomEvents } from '#contracts/room';
import type { EventParsed, EventReply } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import { Database } from '../database/index.ts';
import { ConsentService } from '../people/index.ts';
import { PicturePaths } from '../shows/index.ts';
import { RealtimeServer, SocketEvent, type Connection } from '../realtime/index.ts';
import { InteractionLog } from './interaction-log.ts';
import { ShowBrands } from './show-brands.ts';
import { WatchLog } from './watch-log.ts';

type Request<N extends keyof RoomEvents> = EventParsed<RoomEvents, N>;
type Reply<N extends keyof RoomEvents> = Promise<EventReply<RoomEvents, N>>;

/** A browser's clock may be wrong; what it says is kept within this of ours. */
const MOST_SKEW_MS = 72 * 3_600_000;

@Injectable()
export class EngagementGateway implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly realtime: RealtimeServer,
    private readonly brands: ShowBrands,
    private readonly log: InteractionLog,
    private readonly watching: WatchLog,
    private readonly consents: ConsentService,
    private readonly paths: PicturePaths,
  ) {}

  onModuleInit(): void {
    this.realtime.onLeave(({ socket }, showId) => {
      this.watching.end(socket.id, showId);
      this.paths.forget(showId, socket.id);
    });
  }

  @SocketEvent('show.heartbeat')
  async heartbeat(
    { socket, identity, showIds }: Connection,
    { showId, path, delayMs }: Request<'show.heartbeat'>,
  ): Reply<'show.heartbeat'> {
    if (!showIds.has(showId)) throw new AppError('not_in_room');
    if (identity.kind === 'viewer') {
      const { viewerId } = identity;
      const brandId = await this.brands.of(showId);
      const isKept = await this.consents.mayProfile(brandId, viewerId);
      if (!showIds.has(showId)) return {}; // left meanwhile: nothing would end what now began
      this.watching.beat(socket.id, { brandId, showId, viewerId, isKept });
      if (path) {
        await this.paths.tell(socket.id, { showId, viewerId, path, delayMs: delayMs ?? null });
        if (!showIds.has(showId)) this.paths.forget(showId, socket.id);
      }
    }
    return {};
  }

  /** Acknowledged after commit. @throws not_found for a product that is not in the show */
  @SocketEvent('interaction.record')
  async record({ identity, showIds }: Connection, request: Request<'interaction.record'>): Reply<'interaction.record'> {
    const { showId, productId } = request;
    if (!showIds.has(showId)) throw new AppError('not_in_room');
    if (identity.kind !== 'viewer') return {};
    const { rows } = await this.database.sql(`SELECT 1 FROM offers WHERE show_id = $1 AND product_id = $2`, [
      showId,
      productId,
    ]);
    if (rows.length === 0) throw new AppError('not_found');
    const brandId = await this.brands.of(showId);
    if (!(await this.consents.mayProfile(brandId, identity.viewerId))) return {};
    const said = Date.parse(request.at);
    const now = Date.now();
    await this.log.record({
      messageId: `${identity.viewerId}:${request.messageId}`,
      brandId,
      showId,
      subjectId: identity.viewerId,
      name: request.name,
      source: 'room',
      productId,
      occurredAt: Math.abs(said - now) > MOST_SKEW_MS || said > now ? undefined : new Date(said),
    });
    return {};
  }
}
