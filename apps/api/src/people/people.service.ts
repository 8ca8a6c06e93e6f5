import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Guest } from '#contracts/people';
import { AppError } from '#platform/app-error';
import { signToken, verifyToken } from '#platform/grants';
import { Database, Gathered } from '../database/index.ts';

/** A browser that was away for longer starts as somebody new. */
const GUEST_DAYS = 400;

@Injectable()
export class PeopleService {
  /** Asked for with every press of Buy: a crowd that comes at one moment asks together. */
  readonly #bans = new Gathered<{ brandId: string; viewerId: string }, true>(
    ({ brandId, viewerId }) => `${brandId}:${viewerId}`,
    async (keys) => {
      const { rows } = await this.database.planned.sql<{ name: string }>(
        `SELECT brand_id || ':' || viewer_id AS name FROM bans
         WHERE (brand_id, viewer_id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))`,
        [keys.map(({ brandId }) => brandId), keys.map(({ viewerId }) => viewerId)],
      );
      return new Map(rows.map(({ name }) => [name, true]));
    },
  );

  /** At the beginning of a show its whole crowd comes within a minute. */
  readonly #arrivals = new Gathered<string, true>(String, async (ids) => {
    await this.database.planned.sql(`INSERT INTO viewers (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING`, [ids]);
    return new Map(ids.map((id) => [id, true]));
  });

  constructor(private readonly database: Database) {}

  /** @param viewerId of a guest who comes back, for a fresh token; null for somebody new */
  async guest(viewerId: string | null): Promise<Guest> {
    const known = viewerId ?? uuid();
    await this.#arrivals.get(known);
    return { viewerId: known, token: await signToken('guest', { sub: known }, GUEST_DAYS * 86_400) };
  }

  /** @throws grant_invalid or grant_expired */
  async viewerOf(token: string): Promise<string> {
    const { sub } = await verifyToken('guest', token);
    if (!sub) throw new AppError('grant_invalid');
    return sub;
  }

  async isBanned(brandId: string, viewerId: string): Promise<boolean> {
    return (await this.#bans.get({ brandId, viewerId })) ?? false;
  }

  /** @throws not_found for a viewer who never was */
  async ban(brandId: string, viewerId: string, memberId: string): Promise<void> {
    const { rows } = await this.database.sql(`SELECT 1 FROM viewers WHERE id = $1`, [viewerId]);
    if (rows.length === 0) throw new AppError('not_found');
    await this.database.sql(
      `INSERT INTO bans (brand_id, viewer_id, banned_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
      [brandId, viewerId, memberId],
    );
  }
}
