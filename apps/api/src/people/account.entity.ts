import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Address } from '#contracts/checkout';
import type { Locale } from '#contracts/ids';
import type { ConsentPurpose } from '#contracts/viewer-account';
import { idColumn, timeColumn } from '../database/index.ts';

/** The one code of an address and a browser that is good, until it is used, too old or too often guessed. */
@Entity('sign_in_codes')
export class SignInCode {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) viewerId!: string;
  /** In lower case. */
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'bytea' }) codeHash!: Buffer;
  @Column({ type: 'integer', default: 0 }) tries!: number;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn()) expiresAt!: Date;
  @Column(timeColumn({ nullable: true })) usedAt!: Date | null;
}

/** Where parcels of a signed-in viewer may go. Kept with the e-mail address that they signed in by. */
@Entity('saved_addresses')
export class SavedAddress {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) subjectId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) phone!: string;
  @Column({ type: 'jsonb' }) address!: Address;
  @Column(timeColumn()) usedAt!: Date;
}

/** What somebody agreed to or refused, with the version of the text that they read. Rows are only added; the newest is in force. */
@Entity('consents')
export class Consent {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) subjectId!: string;
  @Column({ type: 'text' }) purpose!: ConsentPurpose;
  @Column({ type: 'boolean' }) granted!: boolean;
  @Column({ type: 'text' }) textVersion!: string;
  @Column({ type: 'text' }) locale!: Locale;
  /** 'banner', 'sign_in', 'account', 'checkout', 'server'. */
  @Column({ type: 'text' }) source!: string;
  @Column(timeColumn()) at!: Date;
}
