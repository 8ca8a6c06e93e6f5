import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, timeColumn } from '../../database/index.ts';

/** How often that of which a show's or a brand's reports are made has changed. */
@Entity('report_versions')
export class ReportVersion {
  @PrimaryColumn('uuid') subjectId!: string;
  @Column({ ...bigintColumn(), default: 1 }) version!: number;
}

/** The figures of a large show, as they were at `madeAt`. */
@Entity('show_reports')
export class ShowReport {
  @PrimaryColumn('uuid') showId!: string;
  @Column({ type: 'jsonb' }) figures!: object;
  /** The same evening by the second. */
  @Column({ type: 'jsonb' }) curve!: object;
  /** How many watched, in the few points in which shows are compared. */
  @Column({ type: 'jsonb' }) line!: number[];
  /** Whether the show was over. */
  @Column({ type: 'boolean' }) ended!: boolean;
  @Column(bigintColumn()) showVersion!: number;
  @Column(bigintColumn()) brandVersion!: number;
  @Column({ type: 'integer' }) tookMs!: number;
  @Column(timeColumn()) madeAt!: Date;
}
