import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Erasure, ErasureClaims, PersonExport } from '#contracts/privacy';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { Database } from '../../database/index.ts';
import { IdentityService } from '../../people/index.ts';
import { erase } from './erase-person.ts';
import { ErasureRow } from './erasure.entity.ts';
import { exportParts } from './export-person.ts';
import { ordersUnderWay, scopeOf } from './person-scope.ts';
import { signReceipt, verifyReceipt } from './receipts.ts';

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Telling people what is kept of them, and forgetting them. */
@Injectable()
export class PrivacyService implements OnApplicationBootstrap {
  /** Beside the database: a backup of before an erasure knows nothing of it, this does. */
  readonly #journal = join(config.dataDir, 'erasures.jsonl');

  constructor(
    private readonly database: Database,
    private readonly identity: IdentityService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.applyJournal();
  }

  /** @param personId a person, or any identifier of theirs. @throws not_found for one of whom nothing is kept */
  async export(brandId: string, personId: string): Promise<PersonExport> {
    return this.database.transaction(async (tx) => {
      const id = await this.identity.personOf(brandId, personId);
      const scope = await scopeOf(tx, brandId, [id, ...(await this.identity.subjectsOf(brandId, id))]);
      const parts = await exportParts(tx, scope);
      if (Object.values(parts).every((rows) => rows.length === 0)) throw new AppError('not_found');
      const { rows } = await tx.sql<{ name: string; now: Date }>(
        `SELECT name, engawa_now() AS now FROM brands WHERE id = $1`,
        [brandId],
      );
      const { name, now } = rows[0]!;
      const about = { brand: name, personId: id, exportedAt: now.toISOString(), format: 'engawa.person/1' as const };
      return { about, parts };
    }, 'REPEATABLE READ');
  }

  /**
   * Forgets a person: see erase-person.ts for what goes and what stays without a name. Written into the journal before it is committed, so that
   * what was promised by a receipt is kept by a database that comes back from a backup.
   *
   * @param memberId who asked for it; null for the person
   * @throws not_found for one of whom nothing is kept; erasure_blocked { orders } while orders are on their way
   */
  async erase(brandId: string, personId: string, memberId: string | null): Promise<Erasure> {
    const id = await this.identity.personOf(brandId, personId);
    const subjectIds = [...new Set([id, ...(await this.identity.subjectsOf(brandId, id))])];
    return this.#erase({ jti: uuid(), brandId, personId: id, subjectIds }, memberId);
  }

  async list(brandId: string): Promise<Erasure[]> {
    const rows = await this.database.repository(ErasureRow).find({ where: { brandId }, order: { erasedAt: 'DESC' } });
    return rows.map(viewOf);
  }

  /** Erases again whom the journal names and the database does not. @returns how many */
  async applyJournal(): Promise<number> {
    const text = await readFile(this.#journal, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    let applied = 0;
    for (const receipt of new Set(text.split('\n').filter((line) => line !== ''))) {
      const claims = await verifyReceipt(receipt).catch(() => null);
      if (!claims) {
        logger.error('a line of the journal of erasures was not signed by this installation, and is left out');
        continue;
      }
      const { rows } = await this.database.sql(`SELECT 1 FROM erasures WHERE id = $1`, [claims.jti]);
      if (rows.length > 0) continue;
      try {
        await this.#erase(claims, null, receipt);
        applied += 1;
      } catch (error) {
        logger.error({ err: error, erasure: claims.jti }, 'an erasure could not be applied again');
      }
    }
    if (applied > 0) logger.warn({ applied }, 'erasures were applied again: the database is older than they are');
    return applied;
  }

  async #erase(
    { jti, brandId, personId, subjectIds }: Pick<ErasureClaims, 'jti' | 'brandId' | 'personId' | 'subjectIds'>,
    memberId: string | null,
    formerReceipt?: string,
  ): Promise<Erasure> {
    return this.database.transaction(async (tx) => {
      // Two at once: the second finds nothing.
      await tx.sql(`SELECT pg_advisory_xact_lock(hashtext('erasure'), hashtext($1))`, [personId]);
      const scope = await scopeOf(tx, brandId, subjectIds);
      const underWay = await ordersUnderWay(tx, scope);
      if (underWay.length > 0 && !formerReceipt) throw new AppError('erasure_blocked', { orders: underWay });
      const { erased, pseudonymous } = await erase(tx, scope);
      const count = sum(erased) + sum(pseudonymous);
      if (count === 0 && !formerReceipt) throw new AppError('not_found');
      const { rows } = await tx.sql<{ now: Date }>(`SELECT engawa_now() AS now`);
      const erasedAt = rows[0]!.now;
      const receipt =
        formerReceipt ??
        (await signReceipt({
          ...{ jti, iss: config.publicUrl, brandId, personId, subjectIds },
          ...{ erasedAt: erasedAt.toISOString(), erased, pseudonymous },
        }));
      const row = { id: jti, brandId, personId, requestedBy: memberId, erasedAt, rows: count, receipt };
      await tx.repository(ErasureRow).insert(row);
      if (!formerReceipt) await this.#note(receipt);
      return viewOf(row);
    });
  }

  async #note(receipt: string): Promise<void> {
    await mkdir(config.dataDir, { recursive: true });
    await appendFile(this.#journal, `${receipt}\n`, { flush: true });
  }
}

const viewOf = (row: ErasureRow): Erasure => ({
  id: row.id,
  personId: row.personId,
  requestedBy: row.requestedBy === null ? 'person' : 'member',
  erasedAt: row.erasedAt.toISOString(),
  rows: row.rows,
  receipt: row.receipt,
});
