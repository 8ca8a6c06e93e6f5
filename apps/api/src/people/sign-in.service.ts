import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Locale } from '#contracts/ids';
import { CODE_DIGITS, CODE_MINUTES, CODE_TRIES } from '#contracts/viewer-account';
import { AppError } from '#platform/app-error';
import { deriveKey } from '#platform/grants';
import { Database, type Tx } from '../database/index.ts';
import { MailService, signInCodeLetter } from '../mail/index.ts';
import { setAttributes } from './attributes.ts';
import { ConsentService } from './consent.service.ts';
import { lockSubjects, personsOf } from './identity-links.ts';
import { proveWithin } from './proofs.ts';
import { keepSubjects, subjectId } from './subjects.ts';

/** One browser at one brand that says to be of this address. */
interface Asking {
  brandId: string;
  viewerId: string;
  /** In any case. */
  email: string;
}

/** Sign-in of viewers by a code from their mailbox. Nobody needs it to watch or to buy. */
@Injectable()
export class SignInService {
  constructor(
    private readonly database: Database,
    private readonly mails: MailService,
    private readonly consents: ConsentService,
  ) {}

  /** @throws not_found for a brand that is not */
  async requestCode({ brandId, viewerId, email }: Asking, locale: Locale): Promise<{ expiresAt: Date }> {
    const asking = { brandId, viewerId, email: email.trim().toLowerCase() };
    const code = randomInt(10 ** CODE_DIGITS)
      .toString()
      .padStart(CODE_DIGITS, '0');
    return this.database.transaction(async (tx) => {
      await tx.sql(`DELETE FROM sign_in_codes WHERE expires_at < engawa_now() - interval '1 day'`);
      const id = uuid();
      const { rows } = await tx.sql<{ expires_at: Date; name: string; time_zone: string }>(
        `WITH brand AS (SELECT id, name, time_zone FROM brands WHERE id = $2), made AS (
           INSERT INTO sign_in_codes (id, brand_id, viewer_id, email, code_hash, created_at, expires_at)
           SELECT $1, id, $3, $4, $5, engawa_now(), engawa_now() + make_interval(mins => $6) FROM brand
           ON CONFLICT ON CONSTRAINT sign_in_codes_one_active DO UPDATE SET id = EXCLUDED.id, code_hash = EXCLUDED.code_hash, tries = 0,
             created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at, used_at = NULL
           RETURNING expires_at
         ) SELECT expires_at, name, time_zone FROM made, brand`,
        [id, brandId, viewerId, asking.email, hashOf(asking, code), CODE_MINUTES],
      );
      const made = rows[0];
      if (!made) throw new AppError('not_found');
      const letter = signInCodeLetter({
        locale,
        sellerName: made.name,
        timeZone: made.time_zone,
        code,
        until: made.expires_at,
      });
      await this.mails.queue(tx, { ...letter, brandId, reference: `sign-in-code:${id}`, to: asking.email });
      return { expiresAt: made.expires_at };
    });
  }

  /**
   * Proves the browser and the address to be one person's.
   * @returns the viewer who is signed in: another one where this browser is somebody else's account, or has been signed out
   * @throws sign_in_code
   */
  async signIn({ brandId, viewerId, email }: Asking, code: string): Promise<string> {
    const asking = { brandId, viewerId, email: email.trim().toLowerCase() };
    const codeId = await this.#try(asking, code);
    const signedIn = await this.database.transaction(async (tx) => {
      const { count } = await tx.sql(
        `UPDATE sign_in_codes SET used_at = engawa_now() WHERE id = $1 AND used_at IS NULL`,
        [codeId],
      );
      if (count === 0) throw new AppError('sign_in_code', { reason: 'over' });
      const identifier = { brandId, kind: 'email' as const, value: asking.email };
      const address = subjectId(identifier);
      await keepSubjects(tx, [identifier]);
      await lockSubjects(tx, brandId, [viewerId, address]);
      const subject = (await isSomebodyElses(tx, brandId, viewerId, address)) ? await addViewer(tx) : viewerId;
      await proveWithin(tx, {
        brandId,
        subjectId: subject,
        withSubjectId: address,
        source: 'code',
        evidence: { code_id: codeId },
      });
      await setAttributes(tx, [{ brandId, subjectId: address, name: 'email', source: 'self', value: asking.email }]);
      return subject;
    });
    this.consents.forget();
    return signedIn;
  }

  /** This browser is nobody's account any more, at any brand, whoever has its token. */
  async signOut(viewerId: string): Promise<void> {
    await this.database.sql(`UPDATE viewers SET signed_out_at = COALESCE(signed_out_at, engawa_now()) WHERE id = $1`, [
      viewerId,
    ]);
  }

  /** A try counts whatever comes of it, so it is a transaction of its own. */
  async #try(asking: Asking, code: string): Promise<string> {
    const { rows } = await this.database.sql<{ id: string; code_hash: Buffer; tries: number }>(
      `UPDATE sign_in_codes SET tries = tries + 1
       WHERE brand_id = $1 AND viewer_id = $2 AND email = $3 AND used_at IS NULL AND expires_at > engawa_now() AND tries < $4
       RETURNING id, code_hash, tries`,
      [asking.brandId, asking.viewerId, asking.email, CODE_TRIES],
    );
    const row = rows[0];
    if (!row) throw new AppError('sign_in_code', { reason: 'over' });
    if (!timingSafeEqual(row.code_hash, hashOf(asking, code))) {
      throw new AppError('sign_in_code', { reason: 'wrong', triesLeft: CODE_TRIES - row.tries });
    }
    return row.id;
  }
}

/** With a key that is not in the database: a million codes are soon tried. */
function hashOf({ brandId, viewerId, email }: Asking, code: string): Buffer {
  return createHmac('sha256', deriveKey('sign-in-code'))
    .update(JSON.stringify([brandId, viewerId, email, code]))
    .digest();
}

/** Of an account with another address, or signed out. */
async function isSomebodyElses(tx: Tx, brandId: string, viewerId: string, address: string): Promise<boolean> {
  const { rows: out } = await tx.sql(`SELECT 1 FROM viewers WHERE id = $1 AND signed_out_at IS NOT NULL`, [viewerId]);
  if (out.length > 0) return true;
  const person = (await personsOf(tx, brandId, [viewerId])).get(viewerId);
  if (!person) return false;
  const { rows } = await tx.sql<{ id: string }>(
    `SELECT s.id FROM person_links l JOIN subjects s ON s.brand_id = l.brand_id AND s.id = l.subject_id
     WHERE l.brand_id = $1 AND l.person_id = $2 AND s.kind = 'email'`,
    [brandId, person],
  );
  return rows.length > 0 && !rows.some(({ id }) => id === address);
}

async function addViewer(tx: Tx): Promise<string> {
  const id = uuid();
  await tx.sql(`INSERT INTO viewers (id) VALUES ($1)`, [id]);
  return id;
}
