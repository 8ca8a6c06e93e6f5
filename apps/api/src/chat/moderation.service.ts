import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { Database } from '../database/index.ts';
import { PeopleService } from '../people/index.ts';
import { RealtimeServer } from '../realtime/index.ts';
import { BroadcastsService, RoomLog, ShowsService } from '../shows/index.ts';

interface Moderator {
  memberId: string;
  brandId: string;
}

/** What staff do about a message or its writer. Another brand's show is not found. */
@Injectable()
export class ModerationService {
  constructor(
    private readonly database: Database,
    private readonly log: RoomLog,
    private readonly shows: ShowsService,
    private readonly people: PeopleService,
    private readonly realtime: RealtimeServer,
    private readonly broadcasts: BroadcastsService,
  ) {}

  async deleteMessage(moderator: Moderator, showId: string, messageId: string): Promise<void> {
    await this.shows.get(moderator.brandId, showId);
    await this.database.transaction(async (tx) => {
      const seq = await this.log.next(tx, showId);
      const { count } = await tx.sql(
        `UPDATE chat_messages SET deleted_seq = $3, deleted_by = $4
         WHERE id = $1 AND show_id = $2 AND deleted_seq IS NULL`,
        [messageId, showId, seq, moderator.memberId],
      );
      if (count === 0) throw new AppError('not_found');
      tx.afterCommit(() => this.log.publish(showId, [{ type: 'chat.deleted', seq, messageId }]));
    });
  }

  /** @param minutes null lifts the mute */
  async mute(moderator: Moderator, showId: string, viewerId: string, minutes: number | null): Promise<void> {
    await this.shows.get(moderator.brandId, showId);
    const { rows } = await this.database.sql<{ until: Date }>(
      `INSERT INTO mutes (show_id, viewer_id, until, muted_by)
       SELECT $1, id, engawa_now() + make_interval(mins => $3), $4 FROM viewers WHERE id = $2
       ON CONFLICT (show_id, viewer_id) DO UPDATE SET until = EXCLUDED.until, muted_by = EXCLUDED.muted_by RETURNING until`,
      [showId, viewerId, minutes ?? 0, moderator.memberId],
    );
    const row = rows[0];
    if (!row) throw new AppError('not_found');
    this.realtime.toViewer(viewerId, 'you.changed', {
      showId,
      muted: minutes !== null,
      mutedUntil: minutes === null ? null : row.until.toISOString(),
    });
  }

  /** From every show of the brand, and from no other brand's. */
  async ban(moderator: Moderator, showId: string, viewerId: string): Promise<void> {
    await this.shows.get(moderator.brandId, showId);
    await this.people.ban(moderator.brandId, viewerId, moderator.memberId);
    const joined = await this.shows.ofBrand(moderator.brandId, this.realtime.roomsOf(viewerId));
    this.realtime.endViewer(viewerId, 'banned', joined);
    for (const id of new Set([showId, ...joined])) await this.broadcasts.removeViewer(id, viewerId);
  }
}
