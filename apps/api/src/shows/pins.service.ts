import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Pin as PinView } from '#contracts/shows';
import { AppError } from '#platform/app-error';
import { Database } from '../database/index.ts';
import { Offer } from './show.entity.ts';
import { pinsOf } from './shows.queries.ts';
import { lockShow, ShowsService } from './shows.service.ts';

@Injectable()
export class PinsService {
  constructor(
    private readonly database: Database,
    private readonly shows: ShowsService,
  ) {}

  /**
   * Puts an offer on every screen, or (null) takes the pin off. The offer that is on screen already stays as it is.
   * @throws not_found for an offer of another show, show_ended
   */
  async pin(brandId: string, showId: string, offerId: string | null): Promise<PinView[]> {
    return this.database.transaction(async (tx) => {
      const show = await lockShow(tx, showId, brandId);
      if (show.state === 'ended') throw new AppError('show_ended');
      if (offerId && !(await tx.repository(Offer).existsBy({ id: offerId, showId }))) throw new AppError('not_found');
      const { count } = await tx.sql(
        `UPDATE pins SET unpinned_at = engawa_now()
         WHERE show_id = $1 AND unpinned_at IS NULL AND offer_id IS DISTINCT FROM $2`,
        [showId, offerId],
      );
      const stays =
        offerId !== null &&
        (await tx.sql(`SELECT 1 FROM pins WHERE show_id = $1 AND unpinned_at IS NULL`, [showId])).rows.length > 0;
      if (offerId && !stays) {
        await tx.sql(`INSERT INTO pins (id, show_id, offer_id, pinned_at) VALUES ($1, $2, $3, engawa_now())`, [
          uuid(),
          showId,
          offerId,
        ]);
      }
      if (count > 0 || (offerId && !stays)) await this.shows.announcePins(tx, showId);
      return pinsOf(tx, showId);
    });
  }
}
