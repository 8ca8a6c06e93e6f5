import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { WriteKey, WriteKeyKind } from '#contracts/collector';
import { AppError } from '#platform/app-error';
import { seal, unseal } from '#platform/secrets';
import type { Actor } from '../../accounts/index.ts';
import { Database, Gathered } from '../../database/index.ts';
import { UserSecret, WriteKeyRow } from './write-key.entity.ts';

/** Whose key an event came with. */
export interface Sender {
  keyId: string;
  brandId: string;
  kind: WriteKeyKind;
  revoked: boolean;
}

const prefixes: Record<WriteKeyKind, string> = { browser: 'pub', server: 'srv' };
const hashOf = (writeKey: string) => createHash('sha256').update(writeKey).digest();

@Injectable()
export class WriteKeysService {
  /** Asked for with every request, so that a revoked key is refused at once: requests of one moment ask together. */
  readonly #senders = new Gathered<Buffer, Sender>(
    (hash) => hash.toString('hex'),
    async (hashes) => {
      const { rows } = await this.database.planned.sql<Sender & { hash: string; stale: boolean }>(
        `SELECT encode(key_hash, 'hex') AS hash, id AS "keyId", brand_id AS "brandId", kind, revoked_at IS NOT NULL AS revoked,
                used_at IS NULL OR used_at < engawa_now() - interval '1 hour' AS stale
         FROM write_keys WHERE key_hash = ANY($1)`,
        [hashes],
      );
      const stale = rows.filter((row) => row.stale && !row.revoked).map(({ keyId }) => keyId);
      if (stale.length > 0) {
        await this.database.sql(`UPDATE write_keys SET used_at = engawa_now() WHERE id = ANY($1)`, [stale]);
      }
      return new Map(rows.map(({ hash, keyId, brandId, kind, revoked }) => [hash, { keyId, brandId, kind, revoked }]));
    },
  );

  constructor(private readonly database: Database) {}

  /** @returns undefined for a key that never was */
  sender(writeKey: string): Promise<Sender | undefined> {
    return this.#senders.get(hashOf(writeKey));
  }

  async list(brandId: string): Promise<{ keys: WriteKey[]; hasUserSecret: boolean }> {
    const keys = await this.database
      .repository(WriteKeyRow)
      .find({ where: { brandId }, order: { createdAt: 'DESC', id: 'DESC' } });
    const secret = await this.database.repository(UserSecret).countBy({ brandId });
    return { keys: keys.map(viewOf), hasUserSecret: secret > 0 };
  }

  async create({ brandId, memberId }: Actor, kind: WriteKeyKind, name: string) {
    const writeKey = `${prefixes[kind]}_${randomBytes(24).toString('base64url')}`;
    const id = uuid();
    await this.database.sql(
      `INSERT INTO write_keys (id, brand_id, kind, name, key_hash, last4, created_by) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [id, brandId, kind, name, hashOf(writeKey), writeKey.slice(-4), memberId],
    );
    return { key: await this.#read(brandId, id), writeKey };
  }

  /** @throws not_found */
  async revoke({ brandId, memberId }: Actor, id: string): Promise<WriteKey> {
    await this.database.sql(
      `UPDATE write_keys SET revoked_at = engawa_now(), revoked_by = $3 WHERE id = $1 AND brand_id = $2 AND revoked_at IS NULL`,
      [id, brandId, memberId],
    );
    return this.#read(brandId, id);
  }

  async newUserSecret({ brandId, memberId }: Actor): Promise<{ secret: string }> {
    const secret = `uhs_${randomBytes(32).toString('base64url')}`;
    await this.database.sql(
      `INSERT INTO user_secrets (brand_id, sealed, created_by) VALUES ($1, $2, $3)
       ON CONFLICT (brand_id) DO UPDATE SET sealed = EXCLUDED.sealed, created_by = EXCLUDED.created_by, created_at = engawa_now()`,
      [brandId, seal(secret, brandId), memberId],
    );
    return { secret };
  }

  /** Whether a brand's own server has said that this user is signed in at the page: `userHash` is HMAC-SHA256(secret, user id) in hex. */
  async isUserHash(brandId: string, userId: string, userHash: string): Promise<boolean> {
    const { rows } = await this.database.sql<{ sealed: Buffer }>(
      `SELECT sealed FROM user_secrets WHERE brand_id = $1`,
      [brandId],
    );
    if (!rows[0]) return false;
    const expected = createHmac('sha256', unseal(rows[0].sealed, brandId)).update(userId).digest();
    const given = Buffer.from(userHash, 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  async #read(brandId: string, id: string): Promise<WriteKey> {
    const key = await this.database.repository(WriteKeyRow).findOneBy({ id, brandId });
    if (!key) throw new AppError('not_found');
    return viewOf(key);
  }
}

const viewOf = ({ id, kind, name, last4, createdAt, revokedAt, usedAt }: WriteKeyRow): WriteKey => ({
  ...{ id, kind, name, last4 },
  createdAt: createdAt.toISOString(),
  revokedAt: revokedAt?.toISOString() ?? null,
  usedAt: usedAt?.toISOString() ?? null,
});
