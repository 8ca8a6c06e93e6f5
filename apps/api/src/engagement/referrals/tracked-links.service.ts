import { Injectable } from '@nestjs/common';
import type { Channel, TrackedLink as TrackedLinkView } from '#contracts/referrals';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { Database } from '../../database/index.ts';
import { newLinkCode } from './link-code.ts';

interface Row {
  code: string;
  showId: string;
  channel: Channel;
  campaign: string;
  showTitle: string;
  createdAt: Date;
  impressions: number;
  clicks: number;
}

/** Links that a brand puts into its mails, posts and pages. */
@Injectable()
export class TrackedLinksService {
  constructor(private readonly database: Database) {}

  /** @throws not_found, for another brand's show too */
  async create(
    brandId: string,
    input: { showId: string; channel: Channel; campaign: string },
  ): Promise<TrackedLinkView> {
    const code = newLinkCode();
    const { count } = await this.database.sql(
      `INSERT INTO tracked_links (code, brand_id, show_id, channel, campaign)
       SELECT $1, brand_id, id, $4, $5 FROM shows WHERE id = $2 AND brand_id = $3`,
      [code, input.showId, brandId, input.channel, input.campaign],
    );
    if (count === 0) throw new AppError('not_found');
    return (await this.#read(brandId, code))[0]!;
  }

  /** Newest first; archived ones lead on but are not listed. */
  list(brandId: string): Promise<TrackedLinkView[]> {
    return this.#read(brandId);
  }

  /** @throws not_found, for another brand's link too */
  async archive(brandId: string, code: string): Promise<void> {
    const { count } = await this.database.sql(
      `UPDATE tracked_links SET archived_at = COALESCE(archived_at, engawa_now()) WHERE code = $1 AND brand_id = $2`,
      [code, brandId],
    );
    if (count === 0) throw new AppError('not_found');
  }

  /** Counts a click. @returns the path that it leads to, with its campaign as UTM parameters; null for an unknown code */
  async follow(code: string): Promise<string | null> {
    const { rows } = await this.database.sql<{ slug: string; channel: Channel; campaign: string }>(
      `WITH link AS (SELECT l.code, l.brand_id, l.channel, l.campaign, s.slug FROM tracked_links l JOIN shows s ON s.id = l.show_id WHERE l.code = $1),
       counted AS (${countOf('clicks')})
       SELECT slug, channel, campaign FROM link`,
      [code],
    );
    const link = rows[0];
    if (!link) return null;
    const utm = new URLSearchParams({
      utm_source: link.channel,
      utm_medium: link.channel,
      utm_campaign: link.campaign,
    });
    return `/s/${link.slug}?${utm.toString()}`;
  }

  /** Counts that it was seen; an unknown code is let be. */
  async see(code: string): Promise<void> {
    await this.database.sql(
      `WITH link AS (SELECT code, brand_id FROM tracked_links WHERE code = $1) ${countOf('impressions')}`,
      [code],
    );
  }

  async #read(brandId: string, code?: string): Promise<TrackedLinkView[]> {
    const { rows } = await this.database.sql<Row>(
      `SELECT l.code, l.show_id AS "showId", l.channel, l.campaign, s.title AS "showTitle", l.created_at AS "createdAt",
              COALESCE(sum(d.impressions), 0)::int AS impressions, COALESCE(sum(d.clicks), 0)::int AS clicks
       FROM tracked_links l JOIN shows s ON s.id = l.show_id LEFT JOIN tracked_link_days d ON d.code = l.code
       WHERE l.brand_id = $1 AND ($2::text IS NULL OR l.code = $2) AND l.archived_at IS NULL
       GROUP BY l.code, s.title ORDER BY l.created_at DESC, l.code`,
      [brandId, code ?? null],
    );
    return rows.map((row) => ({
      ...row,
      createdAt: row.createdAt.toISOString(),
      url: `${config.publicUrl}/l/${row.code}`,
      pixelUrl: `${config.publicUrl}/l/${row.code}.gif`,
      ctr: row.impressions === 0 ? null : row.clicks / row.impressions,
    }));
  }
}

const countOf = (what: 'impressions' | 'clicks') =>
  `INSERT INTO tracked_link_days AS d (code, day, ${what})
   SELECT link.code, (engawa_now() AT TIME ZONE b.time_zone)::date, 1 FROM link JOIN brands b ON b.id = link.brand_id
   ON CONFLICT (code, day) DO UPDATE SET ${what} = d.${what} + 1`;
