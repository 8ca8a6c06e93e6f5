import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { IngestRequest, IngestSetup } from '#contracts/ingest';
import type { GrantClaims } from '#contracts/media';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import type { Actor } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { BroadcastsService } from './broadcasts.service.ts';
import { MediaNode } from './broadcast.entity.ts';
import { IngestKeyRow } from './ingest-key.entity.ts';
import { Show } from './show.entity.ts';
import { lockShow } from './shows.service.ts';

const hashOf = (key: string) => createHash('sha256').update(key).digest();

/** Encoders instead of the studio's camera: the key of a show, and who comes in with it. */
@Injectable()
export class IngestService {
  constructor(
    private readonly database: Database,
    private readonly broadcasts: BroadcastsService,
  ) {}

  /** @throws not_found */
  async setup(brandId: string, showId: string): Promise<IngestSetup> {
    if (!(await this.database.repository(Show).existsBy({ id: showId, brandId }))) throw new AppError('not_found');
    const key = await this.database.repository(IngestKeyRow).findOneBy({ showId });
    const mediaUrl = await this.#mediaUrl(showId);
    return {
      whipUrl: `${mediaUrl}/whip/${showId}`,
      rtmpUrl: config.rtmpPort === undefined ? null : `rtmp://${new URL(mediaUrl).hostname}:${config.rtmpPort}/live`,
      key: key && {
        last4: key.last4,
        createdAt: key.createdAt.toISOString(),
        usedAt: key.usedAt?.toISOString() ?? null,
        refused: key.refused,
      },
    };
  }

  /** @throws not_found, show_ended */
  async renew({ brandId, memberId }: Actor, showId: string): Promise<{ key: string; setup: IngestSetup }> {
    const key = `ing_${randomBytes(24).toString('base64url')}`;
    const running = await this.database.transaction(async (tx) => {
      const show = await lockShow(tx, showId, brandId);
      if (show.state === 'ended') throw new AppError('show_ended');
      await tx.sql(
        `INSERT INTO ingest_keys (show_id, key_hash, last4, created_by, created_at) VALUES ($1, $2, $3, $4, engawa_now())
         ON CONFLICT (show_id) DO UPDATE SET key_hash = EXCLUDED.key_hash, last4 = EXCLUDED.last4, created_by = EXCLUDED.created_by,
           created_at = EXCLUDED.created_at, used_at = NULL, refused = NULL`,
        [showId, hashOf(key), key.slice(-4), memberId],
      );
      const { rows } = await tx.sql<{ id: string }>(
        `SELECT id FROM broadcasts WHERE show_id = $1 AND state <> 'ended' AND source = 'encoder'`,
        [showId],
      );
      return rows;
    });
    for (const { id } of running) await this.broadcasts.stop(id, 'key_renewed');
    return { key, setup: await this.setup(brandId, showId) };
  }

  /**
   * Lets an encoder begin a broadcast on the media process that it reached, in place of a running one.
   * @returns the host's claims; null for an encoder that is turned away for its offer, which is remembered for the studio
   * @throws unauthenticated for a key that is not this show's, show_ended, media_unavailable
   */
  async admit({ showId, key, protocol, nodeId, bootId, problem }: IngestRequest): Promise<GrantClaims | null> {
    const keys = this.database.repository(IngestKeyRow);
    const found = await keys.findOneBy({ keyHash: hashOf(key) });
    if (!found || (showId !== undefined && found.showId !== showId)) throw new AppError('unauthenticated');
    return this.database.transaction(async (tx) => {
      const show = await lockShow(tx, found.showId);
      // Again, now that nobody can renew it: whoever renews sees the broadcast that begins here.
      if (!(await tx.repository(IngestKeyRow).existsBy({ showId: show.id, keyHash: found.keyHash }))) {
        throw new AppError('unauthenticated');
      }
      if (show.state === 'ended') throw new AppError('show_ended');
      if (problem) {
        await tx.sql(
          `UPDATE ingest_keys SET refused = $2::jsonb || jsonb_build_object('at', to_char(engawa_now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           WHERE show_id = $1`,
          [show.id, JSON.stringify(problem)],
        );
        return null;
      }
      const node = await tx.repository(MediaNode).findOneBy({ id: nodeId, bootId });
      if (!node) throw new AppError('media_unavailable', { retryAfterMs: 1_000 });
      const broadcastId = await this.broadcasts.begin(tx, show, node, 'encoder');
      await tx.sql(`UPDATE ingest_keys SET used_at = engawa_now(), refused = NULL WHERE show_id = $1`, [show.id]);
      return {
        ...{ broadcastId, showId: show.id, role: 'host', subject: found.createdBy },
        ...(protocol === 'rtmp' && { plainIngest: true }),
      };
    });
  }

  /** Where an encoder should go: to the media process that has the show, or else to the first of those that report. */
  async #mediaUrl(showId: string): Promise<string> {
    const { rows } = await this.database.sql<{ public_url: string }>(
      `SELECT n.public_url FROM media_nodes n
       LEFT JOIN broadcasts b ON b.node_id = n.id AND b.show_id = $1 AND b.state <> 'ended'
       WHERE b.id IS NOT NULL OR n.seen_at > now() - interval '1 minute' ORDER BY b.id NULLS LAST, n.id LIMIT 1`,
      [showId],
    );
    return rows[0]?.public_url ?? config.mediaPublicUrl;
  }
}
