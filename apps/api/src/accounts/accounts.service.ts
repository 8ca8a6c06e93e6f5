import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { Role, Session } from '#contracts/accounts';
import type { Currency } from '#contracts/money';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { Database, DomainEvents, type Tx } from '../database/index.ts';
import { Brand, Member, MemberSession, ShippingRate, TaxRate } from './account.entity.ts';
import type { Actor } from './access.ts';
import { signedOut } from './account.events.ts';
import { brandView } from './brand-view.ts';
import { hashPassword, passwordMatches } from './passwords.ts';

const SESSION_DAYS = 14;
/** Of food and drink (軽減税率). */
const REDUCED_RATE_OF_JAPAN_BP = 800;

const hashToken = (token: string) => createHash('sha256').update(token).digest();

/** Demo accounts have published passwords: once others can reach this installation, they open nothing. */
const isClosedDemo = (member: Member) => member.email.endsWith('@engawa.example') && !config.demo;

export interface NewBrand {
  slug: string;
  name: string;
  currency: Currency;
  timeZone: string;
  /** Of the standard rate. */
  taxRateBp: number;
  /** Flat; the brand may make a table of it. */
  shippingAmount: number;
  freeShippingFromAmount: number | null;
}

@Injectable()
export class AccountsService {
  /** Compared with when no member has the address, so that both answers take as long. */
  readonly #decoyHash = hashPassword(randomBytes(16).toString('hex'));
  /** Printed by the api while nobody exists; whoever reads the operator's terminal becomes the first owner. */
  #setupCode: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
  ) {}

  /**
   * @returns the session, and the opaque token that only the browser keeps
   * @throws wrong_credentials, for an unknown address, a wrong password and a disabled member alike
   */
  async signIn(email: string, password: string): Promise<{ session: Session; token: string }> {
    const member = await this.database.repository(Member).findOneBy({ email: email.toLowerCase() });
    const matches = await passwordMatches(password, member?.passwordHash ?? (await this.#decoyHash));
    if (!member || !matches || member.disabledAt || isClosedDemo(member)) throw new AppError('wrong_credentials');
    const token = randomBytes(32).toString('base64url');
    await this.database.transaction(async (tx) => {
      await tx.sql(`DELETE FROM sessions WHERE member_id = $1 AND expires_at < now()`, [member.id]);
      await tx.repository(MemberSession).insert({
        tokenHash: hashToken(token),
        memberId: member.id,
        createdAt: new Date(),
        expiresAt: new Date(Date.now() + SESSION_DAYS * 86_400_000),
      });
    });
    return { session: await this.#view(member), token };
  }

  async signOut(token: string): Promise<void> {
    const tokenHash = hashToken(token);
    await this.database.sql(`DELETE FROM sessions WHERE token_hash = $1`, [tokenHash]);
    this.events.emit(signedOut, { sessionId: tokenHash.toString('hex') });
  }

  /** @returns who holds the session token; null for an unknown or expired one, or a disabled member */
  async actorOf(token: string): Promise<Actor | null> {
    const tokenHash = hashToken(token);
    const { rows } = await this.database.sql<{ id: string; brand_id: string; role: Role; name: string }>(
      `SELECT m.id, m.brand_id, m.role, m.name FROM sessions s JOIN members m ON m.id = s.member_id
       WHERE s.token_hash = $1 AND s.expires_at > now() AND m.disabled_at IS NULL`,
      [tokenHash],
    );
    const row = rows[0];
    if (!row) return null;
    const sessionId = tokenHash.toString('hex');
    return { memberId: row.id, sessionId, brandId: row.brand_id, role: row.role, name: row.name };
  }

  async session(actor: Actor): Promise<Session> {
    const member = await this.database.repository(Member).findOneBy({ id: actor.memberId });
    if (!member) throw new AppError('unauthenticated');
    return this.#view(member);
  }

  async needsFirstMember(): Promise<boolean> {
    const { rows } = await this.database.sql(`SELECT 1 FROM members LIMIT 1`);
    return rows.length === 0;
  }

  /** Called at start: shows the operator the code that `createFirstMember` asks for, while it is needed. */
  async offerSetup(publicUrl: string): Promise<void> {
    if (!(await this.needsFirstMember())) return;
    this.#setupCode = randomBytes(5).toString('hex');
    logger.warn(
      { setupCode: this.#setupCode },
      `no member yet: open ${publicUrl}/setup and enter the code ${this.#setupCode}`,
    );
  }

  /** @throws forbidden for a wrong code, conflict once a member exists */
  async createFirstMember(input: {
    setupCode: string;
    brandName: string;
    name: string;
    email: string;
    password: string;
  }): Promise<void> {
    if (!this.#setupCode || input.setupCode !== this.#setupCode) throw new AppError('forbidden');
    const passwordHash = await hashPassword(input.password);
    await this.database.transaction(async (tx) => {
      await tx.sql(`LOCK TABLE members IN SHARE ROW EXCLUSIVE MODE`);
      if ((await tx.sql(`SELECT 1 FROM members LIMIT 1`)).rows.length > 0) throw new AppError('conflict');
      const brandId = await this.addBrand(tx, {
        slug: 'main',
        name: input.brandName,
        currency: 'JPY',
        timeZone: 'Asia/Tokyo',
        taxRateBp: 1000,
        shippingAmount: 660,
        freeShippingFromAmount: 8800,
      });
      await this.addMember(tx, { brandId, email: input.email, name: input.name, role: 'owner', passwordHash });
    });
    this.#setupCode = null;
  }

  async addBrand(tx: Tx, brand: NewBrand): Promise<string> {
    const id = uuid();
    const { taxRateBp, shippingAmount, ...columns } = brand;
    await tx.repository(Brand).insert({ id, ...columns, logoImageId: null, createdAt: new Date() });
    await tx.repository(TaxRate).insert([
      { brandId: id, code: 'standard', rateBp: taxRateBp },
      { brandId: id, code: 'reduced', rateBp: brand.currency === 'JPY' ? REDUCED_RATE_OF_JAPAN_BP : taxRateBp },
      { brandId: id, code: 'zero', rateBp: 0 },
    ]);
    await tx.repository(ShippingRate).insert({ brandId: id, fromValue: 0, amount: shippingAmount });
    return id;
  }

  async addMember(
    tx: Tx,
    member: { brandId: string; email: string; name: string; role: Role; passwordHash: string },
  ): Promise<string> {
    const id = uuid();
    await tx
      .repository(Member)
      .insert({ id, ...member, email: member.email.toLowerCase(), disabledAt: null, createdAt: new Date() });
    return id;
  }

  async setLogo(tx: Tx, brandId: string, imageId: string): Promise<void> {
    await tx.repository(Brand).update({ id: brandId }, { logoImageId: imageId });
  }

  /** @throws not_found */
  async brand(brandId: string): Promise<Brand> {
    const brand = await this.database.repository(Brand).findOneBy({ id: brandId });
    if (!brand) throw new AppError('not_found');
    return brand;
  }

  async #view(member: Member): Promise<Session> {
    const brand = await this.brand(member.brandId);
    return {
      member: { id: member.id, name: member.name, email: member.email, role: member.role },
      brand: brandView(brand),
    };
  }
}
