import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { MAX_ADDRESSES, type SavedAddress, type ViewerAccount, type ViewerState } from '#contracts/viewer-account';
import { AppError } from '#platform/app-error';
import { Database, type Queryable } from '../database/index.ts';
import { attributesOf, setAttributes } from './attributes.ts';
import { ConsentService } from './consent.service.ts';

/** Who a browser is signed in as: all that the person is called by, and the address that what they save is kept with. */
interface SignedIn {
  email: string;
  emailSubjectId: string;
  subjectIds: string[];
}

/** What a signed-in viewer has at a brand, on whatever device. */
@Injectable()
export class ViewerAccountService {
  constructor(
    private readonly database: Database,
    private readonly consents: ConsentService,
  ) {}

  /** @throws not_found for a brand that is not */
  async state(brandId: string, viewerId: string): Promise<ViewerState> {
    const [signedIn, consents] = await Promise.all([
      whoIs(this.database, brandId, viewerId),
      this.consents.read(brandId, viewerId),
    ]);
    return { account: signedIn && (await this.#account(brandId, signedIn)), consents };
  }

  /** The browsers whose orders are this viewer's own: of the whole person when they are signed in, else only this one. */
  async subjectsOf(brandId: string, viewerId: string): Promise<string[]> {
    return (await whoIs(this.database, brandId, viewerId))?.subjectIds ?? [viewerId];
  }

  /** @throws unauthenticated for a guest */
  async saveProfile(brandId: string, viewerId: string, profile: { name: string; phone: string }): Promise<void> {
    const { emailSubjectId: subjectId } = await this.#signedIn(brandId, viewerId);
    await setAttributes(
      this.database,
      (['name', 'phone'] as const).map((name) => ({ brandId, subjectId, name, source: 'self', value: profile[name] })),
    );
  }

  /** @throws unauthenticated for a guest */
  async saveAddress(
    brandId: string,
    viewerId: string,
    { name, phone, address }: Omit<SavedAddress, 'id'>,
  ): Promise<void> {
    const { emailSubjectId } = await this.#signedIn(brandId, viewerId);
    await this.database.transaction(async (tx) => {
      await tx.sql(
        `INSERT INTO saved_addresses (id, brand_id, subject_id, name, phone, address, used_at) VALUES ($1, $2, $3, $4, $5, $6, engawa_now())
         ON CONFLICT ON CONSTRAINT saved_addresses_once DO UPDATE SET used_at = EXCLUDED.used_at`,
        [uuid(), brandId, emailSubjectId, name, phone, JSON.stringify(address)],
      );
      await tx.sql(
        `DELETE FROM saved_addresses WHERE id IN (
           SELECT id FROM saved_addresses WHERE brand_id = $1 AND subject_id = $2 ORDER BY used_at DESC, id DESC OFFSET $3)`,
        [brandId, emailSubjectId, MAX_ADDRESSES],
      );
    });
  }

  /** @throws unauthenticated for a guest, not_found for an address of somebody else */
  async removeAddress(brandId: string, viewerId: string, id: string): Promise<void> {
    const { subjectIds } = await this.#signedIn(brandId, viewerId);
    const { count } = await this.database.sql(
      `DELETE FROM saved_addresses WHERE id = $1 AND brand_id = $2 AND subject_id = ANY($3)`,
      [id, brandId, subjectIds],
    );
    if (count === 0) throw new AppError('not_found');
  }

  async #signedIn(brandId: string, viewerId: string): Promise<SignedIn> {
    const signedIn = await whoIs(this.database, brandId, viewerId);
    if (!signedIn) throw new AppError('unauthenticated');
    return signedIn;
  }

  async #account(brandId: string, { email, subjectIds }: SignedIn): Promise<ViewerAccount> {
    const known = await attributesOf(this.database, brandId, subjectIds);
    const said = (name: string) => {
      const value = known.find((one) => one.name === name)?.value;
      return typeof value === 'string' ? value : '';
    };
    const { rows } = await this.database.sql<SavedAddress>(
      `SELECT id, name, phone, address FROM saved_addresses WHERE brand_id = $1 AND subject_id = ANY($2)
       ORDER BY used_at DESC, id DESC LIMIT $3`,
      [brandId, subjectIds, MAX_ADDRESSES],
    );
    return { email, name: said('name'), phone: said('phone'), addresses: rows };
  }
}

/**
 * An account is opened by a mailbox alone: what a shop's server says of a browser makes a profile, and shows nobody an address. Null for a guest and
 * for a browser that was signed out.
 */
async function whoIs(queryable: Queryable, brandId: string, viewerId: string): Promise<SignedIn | null> {
  const { rows } = await queryable.sql<SignedIn>(
    `SELECT e.value AS email, e.id AS "emailSubjectId",
            ARRAY(SELECT subject_id FROM person_links p WHERE p.brand_id = l.brand_id AND p.person_id = l.person_id) AS "subjectIds"
     FROM identity_links l JOIN viewers v ON v.id = l.subject_id AND v.signed_out_at IS NULL
     JOIN person_links o ON o.brand_id = l.brand_id AND o.person_id = l.person_id
     JOIN subjects e ON e.id = o.subject_id AND e.brand_id = l.brand_id AND e.kind = 'email'
     WHERE l.brand_id = $1 AND l.subject_id = $2 AND l.state = 'proven' AND l.undone_at IS NULL AND l.source IN ('code', 'mail_link')
     ORDER BY e.id = l.with_subject_id DESC NULLS LAST, e.created_at LIMIT 1`,
    [brandId, viewerId],
  );
  return rows[0] ?? null;
}
