import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Locale } from '#contracts/ids';
import { CONSENT_TEXT_VERSION, type ConsentMode, type ConsentPurpose, type Consents } from '#contracts/viewer-account';
import { AppError } from '#platform/app-error';
import { Database, Gathered } from '../database/index.ts';

/** How long another process, or a change of the brand's mode, may go unnoticed. */
const MODE_MS = 5_000;
const DECISION_MS = 30_000;
const MOST_REMEMBERED = 50_000;

interface Asked {
  brandId: string;
  subjectId: string;
  purpose: ConsentPurpose;
}
const nameOf = ({ brandId, subjectId, purpose }: Asked) => `${brandId}:${subjectId}:${purpose}`;

/** What people agreed to. What one browser of a person was told counts for all of them: the newest word. */
@Injectable()
export class ConsentService {
  readonly #modes = new Map<string, { mode: ConsentMode; until: number }>();
  readonly #decisions = new Map<string, { granted: boolean | null; until: number }>();

  readonly #words = new Gathered<Asked, boolean>(nameOf, async (asked) => {
    const { rows } = await this.database.sql<{ name: string; granted: boolean }>(
      `SELECT q.brand_id || ':' || q.subject_id || ':' || q.purpose AS name, c.granted
       FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS q (brand_id, subject_id, purpose)
       LEFT JOIN person_links l ON l.brand_id = q.brand_id AND l.subject_id = q.subject_id
       CROSS JOIN LATERAL (
         SELECT granted FROM consents c
         WHERE c.brand_id = q.brand_id AND c.purpose = q.purpose AND c.subject_id IN (
           SELECT q.subject_id UNION ALL SELECT o.subject_id FROM person_links o WHERE o.brand_id = q.brand_id AND o.person_id = l.person_id)
         ORDER BY c.at DESC, c.id DESC LIMIT 1) c`,
      [
        asked.map(({ brandId }) => brandId),
        asked.map(({ subjectId }) => subjectId),
        asked.map(({ purpose }) => purpose),
      ],
    );
    return new Map(rows.map(({ name, granted }) => [name, granted]));
  });

  constructor(private readonly database: Database) {}

  /**
   * Whether what this subject does may be kept under their name. Asked with everything that anybody does, so it is answered from memory: a change
   * in another process is seen within half a minute.
   */
  async mayProfile(brandId: string, subjectId: string): Promise<boolean> {
    const mode = await this.#mode(brandId);
    if (mode === 'none') return true;
    const granted = await this.#decision({ brandId, subjectId, purpose: 'profiling' });
    return mode === 'opt_in' ? granted === true : granted !== false;
  }

  /** Marketing mail goes only to who asked for it, whatever the brand's mode. */
  async mayMail(brandId: string, subjectId: string): Promise<boolean> {
    return (await this.#decision({ brandId, subjectId, purpose: 'marketing_mail' })) === true;
  }

  /** As it is now, past the memory. @throws not_found for a brand that is not */
  async read(brandId: string, subjectId: string): Promise<Consents> {
    this.#modes.delete(brandId);
    const [mode, profiling, marketingMail] = await Promise.all([
      this.#mode(brandId),
      this.#words.get({ brandId, subjectId, purpose: 'profiling' }),
      this.#words.get({ brandId, subjectId, purpose: 'marketing_mail' }),
    ]);
    return { mode, profiling: profiling ?? null, marketingMail: marketingMail ?? null };
  }

  /** @throws conflict where another version of the text was read than the one that is ours */
  async record(
    brandId: string,
    subjectId: string,
    consent: { purpose: ConsentPurpose; granted: boolean; textVersion: string; locale: Locale; source: string },
  ): Promise<void> {
    if (consent.textVersion !== CONSENT_TEXT_VERSION) throw new AppError('conflict', { version: CONSENT_TEXT_VERSION });
    const { count } = await this.database.sql(
      `INSERT INTO consents (id, brand_id, subject_id, purpose, granted, text_version, locale, source, at)
       SELECT $1, id, $3, $4, $5, $6, $7, $8, engawa_now() FROM brands WHERE id = $2`,
      [
        uuid(),
        brandId,
        subjectId,
        consent.purpose,
        consent.granted,
        consent.textVersion,
        consent.locale,
        consent.source,
      ],
    );
    if (count === 0) throw new AppError('not_found');
    this.forget();
  }

  /** After somebody's subjects have changed. Few do at any moment, and whose others are touched is not known here. */
  forget(): void {
    this.#decisions.clear();
  }

  async #mode(brandId: string): Promise<ConsentMode> {
    const known = this.#modes.get(brandId);
    if (known && known.until > performance.now()) return known.mode;
    const { rows } = await this.database.sql<{ consent_mode: ConsentMode }>(
      `SELECT consent_mode FROM brands WHERE id = $1`,
      [brandId],
    );
    if (!rows[0]) throw new AppError('not_found');
    this.#modes.set(brandId, { mode: rows[0].consent_mode, until: performance.now() + MODE_MS });
    return rows[0].consent_mode;
  }

  async #decision(asked: Asked): Promise<boolean | null> {
    const name = nameOf(asked);
    const known = this.#decisions.get(name);
    if (known && known.until > performance.now()) return known.granted;
    const granted = (await this.#words.get(asked)) ?? null;
    if (this.#decisions.size >= MOST_REMEMBERED) this.#decisions.clear();
    this.#decisions.set(name, { granted, until: performance.now() + DECISION_MS });
    return granted;
  }
}
