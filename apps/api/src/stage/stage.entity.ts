import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ParticipantRole, Stage as StageView, StageLayout } from '#contracts/stage';
import { idColumn, timeColumn } from '../database/index.ts';

/** How the stage of a show is arranged. Without a row it is as `emptyStage` has it. */
@Entity('stages')
export class Stage {
  @PrimaryColumn('uuid') showId!: string;
  @Column({ type: 'int' }) version!: number;
  @Column({ type: 'text' }) layout!: StageLayout;
  @Column(idColumn({ nullable: true })) mainId!: string | null;
  @Column({ type: 'text' }) programme!: StageView['programme'];
}

/** One who was invited to a show by link. Whoever holds the link is them. */
@Entity('stage_participants')
export class StageParticipant {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) showId!: string;
  @Column({ type: 'text' }) role!: ParticipantRole;
  @Column({ type: 'text' }) name!: string;
  @Column(timeColumn()) invitedAt!: Date;
  @Column(timeColumn()) expiresAt!: Date;
  @Column(timeColumn({ nullable: true })) removedAt!: Date | null;
  @Column(timeColumn({ nullable: true })) onAirAt!: Date | null;
  @Column({ type: 'boolean', default: false }) muted!: boolean;
  /** When their page last said that they wait or are on air. By the clock of processes, not of the trade. */
  @Column(timeColumn({ nullable: true })) seenAt!: Date | null;
}
