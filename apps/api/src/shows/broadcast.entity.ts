import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { EndReason } from '#contracts/shows';
import { idColumn, timeColumn } from '../database/index.ts';

/** One continuous transmission of a show, on one start (boot) of one media process. */
@Entity('broadcasts')
export class Broadcast {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) showId!: string;
  @Column({ type: 'text' }) nodeId!: string;
  @Column(idColumn()) bootId!: string;
  @Column({ type: 'text' }) state!: 'starting' | 'live' | 'ended';
  @Column(timeColumn()) startedAt!: Date;
  @Column(timeColumn({ nullable: true })) readyAt!: Date | null;
  @Column(timeColumn({ nullable: true })) endedAt!: Date | null;
  @Column({ type: 'text', nullable: true }) endReason!: EndReason | null;
}

@Entity('media_nodes')
export class MediaNode {
  @PrimaryColumn({ type: 'text' }) id!: string;
  @Column(idColumn()) bootId!: string;
  @Column({ type: 'text' }) publicUrl!: string;
  @Column({ type: 'text' }) controlUrl!: string;
  @Column(timeColumn()) seenAt!: Date;
}
