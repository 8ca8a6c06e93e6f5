import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TimeMap } from '#contracts/time-map';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

/** What became of the recording of a show that is over. Its files are at a media process or in a bucket; here is only what is known of them. */
@Entity('replays')
export class ReplayRow {
  @PrimaryColumn('uuid') showId!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) nodeId!: string;
  @Column({ type: 'text' }) state!: 'preparing' | 'ready' | 'failed' | 'removing' | 'removed';
  /** Where the files are; null: at the node. */
  @Column({ type: 'text', nullable: true }) baseUrl!: string | null;
  @Column({ type: 'text', nullable: true }) storage!: 'disk' | 's3' | null;
  @Column({ type: 'double precision', default: 0 }) seconds!: number;
  @Column(bigintColumn({ default: 0 })) bytes!: number;
  @Column({ type: 'jsonb', default: [] }) timeMap!: TimeMap;
  @Column({ type: 'boolean', default: false }) hasMp4!: boolean;
  @Column({ type: 'boolean', default: false }) hasThumbnails!: boolean;
  /** Broadcasts of the show that are not in it. */
  @Column({ type: 'integer', default: 0 }) missingBroadcasts!: number;
  @Column({ type: 'text', nullable: true }) failure!: string | null;
  @Column({ type: 'text', nullable: true }) removedBecause!: 'retention' | 'deleted' | null;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn({ nullable: true })) readyAt!: Date | null;
  @Column(timeColumn({ nullable: true })) removedAt!: Date | null;
  /** By the real clock: when the media process was last asked, or last said that it is at it. */
  @Column(timeColumn()) askedAt!: Date;
}
