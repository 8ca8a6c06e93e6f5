import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

/** Who says so: the room's own sockets, our ledger, a brand's page, or a brand's server. */
export type InteractionSource = 'room' | 'ledger' | 'browser' | 'server';

/**
 * One thing that somebody did. Rows are never changed, and are partitioned by `day`. Who a subject is gets resolved when they are read, by
 * the view `person_links`.
 */
@Entity('interactions')
export class InteractionRow {
  /** Of the sender's uncorrected time in UTC, so that a retry lands in the same partition. */
  @PrimaryColumn({ type: 'date' }) day!: string;
  /** `interaction_key(brand, message id)`: the same message twice is one row. */
  @PrimaryColumn('uuid') messageKey!: string;
  /** In the order of writing. */
  @Column(bigintColumn()) id!: number;
  @Column(idColumn()) brandId!: string;
  /** The identifier as it was seen: a viewer of ours, or a row of `subjects`. */
  @Column(idColumn()) subjectId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) source!: InteractionSource;
  @Column(idColumn({ nullable: true })) showId!: string | null;
  @Column(idColumn({ nullable: true })) productId!: string | null;
  @Column(idColumn({ nullable: true })) orderId!: string | null;
  @Column({ type: 'integer', default: 1 }) quantity!: number;
  /** Of the ledger, in minor units of the brand's currency at that time. */
  @Column(bigintColumn({ nullable: true })) amount!: number | null;
  @Column({ type: 'jsonb', nullable: true }) properties!: Record<string, unknown> | null;
  /** Page, campaign, referrer. */
  @Column({ type: 'jsonb', nullable: true }) context!: Record<string, unknown> | null;
  @Column(timeColumn()) occurredAt!: Date;
  @Column(timeColumn()) receivedAt!: Date;
}

@Entity('watch_intervals')
export class WatchInterval {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) viewerId!: string;
  @Column(timeColumn()) startedAt!: Date;
  @Column(timeColumn()) endedAt!: Date;
}
