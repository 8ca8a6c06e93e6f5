import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { RejectionReason, WriteKeyKind } from '#contracts/collector';
import { bigintColumn, idColumn, timeColumn } from '../../database/index.ts';

/** By which a page or a server of a brand sends events. Only its hash is kept. */
@Entity('write_keys')
export class WriteKeyRow {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) kind!: WriteKeyKind;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'bytea' }) keyHash!: Buffer;
  @Column({ type: 'text' }) last4!: string;
  @Column(idColumn()) createdBy!: string;
  @Column(timeColumn()) createdAt!: Date;
  @Column(idColumn({ nullable: true })) revokedBy!: string | null;
  @Column(timeColumn({ nullable: true })) revokedAt!: Date | null;
  /** To the hour. */
  @Column(timeColumn({ nullable: true })) usedAt!: Date | null;
}

/** By which a brand's server signs user ids for its pages: see `userHash`. It has to be readable to us, so that it is sealed and not hashed. */
@Entity('user_secrets')
export class UserSecret {
  @PrimaryColumn('uuid') brandId!: string;
  @Column({ type: 'bytea' }) sealed!: Buffer;
  @Column(idColumn()) createdBy!: string;
  @Column(timeColumn()) createdAt!: Date;
}

/** What the collector has refused, one row per kind and day. */
@Entity('rejected_events')
export class RejectedEventRow {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn({ type: 'date' }) day!: string;
  @PrimaryColumn('uuid') writeKeyId!: string;
  @PrimaryColumn('text') field!: string;
  @PrimaryColumn('text') reason!: RejectionReason;
  @Column(bigintColumn()) count!: number;
  /** The last one, cut off. */
  @Column({ type: 'text' }) sample!: string;
  @Column(timeColumn()) firstAt!: Date;
  @Column(timeColumn()) lastAt!: Date;
}
