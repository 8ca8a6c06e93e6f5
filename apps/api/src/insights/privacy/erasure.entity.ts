import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { idColumn, timeColumn } from '../../database/index.ts';

/** What ClickHouse still has of somebody, where it answers questions; see analytics/clickhouse-copy.ts. */
@Entity('analytics_erasures')
export class AnalyticsErasure {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'uuid', array: true }) subjectIds!: string[];
  @Column({ type: 'bigint', array: true }) movedIds!: string[];
}

@Entity('erasures')
export class ErasureRow {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) personId!: string;
  /** A member; null for the person. */
  @Column(idColumn({ nullable: true })) requestedBy!: string | null;
  @Column(timeColumn()) erasedAt!: Date;
  @Column({ type: 'integer' }) rows!: number;
  @Column({ type: 'text' }) receipt!: string;
}
