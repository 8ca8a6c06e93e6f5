import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from '#contracts/accounts';
import type { Currency } from '#contracts/money';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

@Entity('brands')
export class Brand {
  @PrimaryColumn('uuid') id!: string;
  @Column({ type: 'text' }) slug!: string;
  @Column({ type: 'text' }) name!: string;
  @Column(idColumn({ nullable: true })) logoImageId!: string | null;
  @Column({ type: 'char', length: 3 }) currency!: Currency;
  @Column({ type: 'text' }) timeZone!: string;
  /** Basis points: 1000 is 10 %. Prices contain the tax. */
  @Column({ type: 'integer' }) taxRateBp!: number;
  @Column(bigintColumn()) shippingAmount!: number;
  @Column(bigintColumn({ nullable: true })) freeShippingFromAmount!: number | null;
  @Column(timeColumn()) createdAt!: Date;
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
