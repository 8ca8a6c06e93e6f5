import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { idColumn, timeColumn } from '../database/index.ts';

/** One thing that a viewer did. Rows are never changed; who a viewer is gets resolved when they are read. */
@Entity('interactions')
export class InteractionRow {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  /** Hash of brand and message id: the same message twice is one row. */
  @Column({ type: 'bytea' }) messageKey!: Buffer;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn({ nullable: true })) viewerId!: string | null;
  @Column({ type: 'text' }) name!: string;
  @Column(idColumn({ nullable: true })) productId!: string | null;
  @Column({ type: 'integer', default: 1 }) quantity!: number;
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
