import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { IncidentKind } from '#contracts/media';
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
  @Column({ type: 'text', default: 'browser' }) source!: 'browser' | 'encoder';
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
  /** It can package for LL-HLS. */
  @Column({ type: 'boolean', default: false }) packager!: boolean;
  @Column({ type: 'int', default: 0 }) webrtcViewers!: number;
  /** By WebRTC, as many as it takes. */
  @Column({ type: 'int', default: 0 }) maxViewers!: number;
  /** Viewers here of broadcasts that other processes have, by broadcast. */
  @Column({ type: 'jsonb', default: {} }) edges!: Record<string, number>;
}

/** Something that went wrong with a transmission without ending it. */
@Entity('broadcast_incidents')
export class BroadcastIncident {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) broadcastId!: string;
  @Column({ type: 'text' }) kind!: IncidentKind;
  @Column({ type: 'jsonb' }) details!: Record<string, string | number>;
  @Column(timeColumn()) at!: Date;
}
