import { Injectable } from '@nestjs/common';
import { REFERRAL_PARAMETER, type VisitSource } from '#contracts/referrals';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { Database } from '../../database/index.ts';
import { InteractionLog, type Interaction } from '../interaction-log.ts';
import { newLinkCode } from './link-code.ts';

/** Who brought whom, and where visits come from. */
@Injectable()
export class ReferralsService {
  constructor(
    private readonly database: Database,
    private readonly log: InteractionLog,
  ) {}

  /** A viewer's own link to a show, the same one each time. @throws not_found */
  async share(viewerId: string, showId: string): Promise<{ code: string; url: string }> {
    const { rows } = await this.database.sql<{ code: string; slug: string }>(
      `WITH made AS (
         INSERT INTO referral_links (code, brand_id, show_id, subject_id) SELECT $3, brand_id, id, $1 FROM shows WHERE id = $2
         ON CONFLICT (show_id, subject_id) DO UPDATE SET code = referral_links.code RETURNING code, show_id)
       SELECT made.code, s.slug FROM made JOIN shows s ON s.id = made.show_id`,
      [viewerId, showId, newLinkCode()],
    );
    if (!rows[0]) throw new AppError('not_found');
    const { code, slug } = rows[0];
    return { code, url: `${config.publicUrl}/s/${slug}?${REFERRAL_PARAMETER}=${code}` };
  }

  /**
   * A page was opened: where it came from goes into the log, and whose link it was is written down once. A link that leads back to its own
   * person, on whatever device, brings nobody.
   * @throws not_found for an unknown show
   */
  async visit(
    viewerId: string,
    {
      showId,
      messageId,
      via,
      ...source
    }: VisitSource & { showId: string; messageId: string; via?: string | undefined },
  ): Promise<void> {
    const { rows } = await this.database.sql<{ brand_id: string }>(`SELECT brand_id FROM shows WHERE id = $1`, [
      showId,
    ]);
    const brandId = rows[0]?.brand_id;
    if (!brandId) throw new AppError('not_found');
    const common = { brandId, subjectId: viewerId, showId, source: 'room' as const };
    const context = contextOf(source);
    await Promise.all([
      this.log.record({
        ...common,
        messageId: `visit:${viewerId}:${messageId}`,
        name: 'Page Viewed',
        ...(context ? { context } : {}),
      }),
      via === undefined ? null : this.#bring(via, common),
    ]);
  }

  async #bring(via: string, visit: Pick<Interaction, 'brandId' | 'subjectId' | 'showId' | 'source'>): Promise<void> {
    const { brandId, subjectId } = visit;
    const { rows: brought } = await this.database.sql<{ code: string }>(
      `INSERT INTO referral_visits (code, subject_id, brand_id)
       SELECT r.code, $2, r.brand_id FROM referral_links r
       LEFT JOIN person_links sharer ON sharer.brand_id = r.brand_id AND sharer.subject_id = r.subject_id
       LEFT JOIN person_links visitor ON visitor.brand_id = r.brand_id AND visitor.subject_id = $2
       WHERE r.code = $1 AND r.brand_id = $3
         AND COALESCE(sharer.person_id, r.subject_id) <> COALESCE(visitor.person_id, $2::uuid)
       ON CONFLICT DO NOTHING RETURNING code`,
      [via, subjectId, brandId],
    );
    if (!brought[0]) return;
    await this.log.record({
      ...visit,
      messageId: `referral:${via}:${subjectId}`,
      name: 'Referral Accepted',
      properties: { code: via },
    });
  }
}

/** As the Segment specification names it; nothing when a page was opened by hand. */
function contextOf({ utmSource, utmMedium, utmCampaign, referrer }: VisitSource): object | null {
  const campaign = Object.fromEntries(
    Object.entries({ source: utmSource, medium: utmMedium, name: utmCampaign }).filter(([, value]) => value),
  );
  const context = {
    ...(Object.keys(campaign).length > 0 ? { campaign } : {}),
    ...(referrer ? { page: { referrer } } : {}),
  };
  return Object.keys(context).length > 0 ? context : null;
}
