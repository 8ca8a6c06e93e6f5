import { Column, Entity, PrimaryColumn, type PrimaryColumnOptions } from 'typeorm';
import type { Role } from '#contracts/accounts';
import type { TaxCode } from '#contracts/catalog';
import type { Currency } from '#contracts/money';
import type { ConsentMode } from '#contracts/viewer-account';
import type { Seller } from '#contracts/settings';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

export type TaxRounding = 'down' | 'half_up' | 'up';
export type ShippingBasis = 'flat' | 'weight' | 'amount';

@Entity('brands')
export class Brand {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'text' }) slug!: string;
  @Column({ type: 'text' }) name!: string;
  @Column(idColumn({ nullable: true })) logoImageId!: string | null;
  @Column({ type: 'char', length: 3 }) currency!: Currency;
  @Column({ type: 'text' }) timeZone!: string;
  @Column({ type: 'boolean', default: true }) pricesIncludeTax!: boolean;
  @Column({ type: 'text', default: 'down' }) taxRounding!: TaxRounding;
  @Column({ type: 'text', default: 'flat' }) shippingBasis!: ShippingBasis;
  @Column(bigintColumn({ nullable: true })) freeShippingFromAmount!: number | null;
  /** How long after its end a flash deal is still granted, by the buyer's way to the picture. */
  @Column({ type: 'integer', default: 1000 }) dealGraceInstantMs!: number;
  @Column({ type: 'integer', default: 8000 }) dealGraceSmoothMs!: number;
  @Column({ type: 'integer', default: 180 }) waitlistOfferSeconds!: number;
  /** What the law asks a seller to say of itself (特定商取引法に基づく表記). */
  @Column({ type: 'jsonb', default: {} }) seller!: Seller;
  /** Whether what a viewer does may be kept: always, once they agreed, or until they refuse. */
  @Column({ type: 'text', default: 'none' }) consentMode!: ConsentMode;
  /** Days from when a replay is ready; null: for good. */
  @Column({ type: 'integer', nullable: true, default: 90 }) replayKeepDays!: number | null;
  /** Whether what a show sold can be bought at its replay. */
  @Column({ type: 'boolean', default: true }) replaySells!: boolean;
  /** Of the qualified invoice system (適格請求書発行事業者): T and 13 digits. */
  @Column({ type: 'text', nullable: true }) registrationNumber!: string | null;
  @Column(timeColumn()) createdAt!: Date;
}

@Entity('tax_rates')
export class TaxRate {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn({ type: 'text' }) code!: TaxCode;
  /** Basis points: 1000 is 10 %. */
  @Column({ type: 'integer' }) rateBp!: number;
}

/** A row of the shipping table: `amount` from this value on (of weight in grams or of goods in minor units, by the brand's basis). */
@Entity('shipping_rates')
export class ShippingRate {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn(bigintColumn() as PrimaryColumnOptions) fromValue!: number;
  @Column(bigintColumn()) amount!: number;
}

@Entity('members')
export class Member {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) email!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) role!: Role;
  @Column({ type: 'text' }) passwordHash!: string;
  @Column(timeColumn({ nullable: true })) disabledAt!: Date | null;
  @Column(timeColumn()) createdAt!: Date;
}

@Entity('sessions')
export class MemberSession {
  @PrimaryColumn({ type: 'bytea' }) tokenHash!: Buffer;
  @Column(idColumn()) memberId!: string;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn()) expiresAt!: Date;
}
