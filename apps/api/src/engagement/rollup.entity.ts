import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

/** How far a reading has come: `doneId` in the log, `doneAt` in the tables that it reads by time. */
@Entity('rollups')
export class Rollup {
  @PrimaryColumn('text') name!: string;
  @Column(bigintColumn({ default: 0 })) doneId!: number;
  @Column(timeColumn({ nullable: true })) doneAt!: Date | null;
}

/** What one subject did in one show, by name of the interaction and product. */
@Entity('show_activity')
export class ShowActivity {
  @PrimaryColumn('uuid') showId!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @PrimaryColumn('text') name!: string;
  @Column(idColumn({ nullable: true })) productId!: string | null;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'integer' }) count!: number;
  @Column(bigintColumn()) quantity!: number;
  @Column(timeColumn()) firstAt!: Date;
  @Column(timeColumn()) lastAt!: Date;
}

/** A step from watching to buying in one show, at its own time: of several, the one that lies between others counts. */
@Entity('show_steps')
export class ShowStep {
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) subjectId!: string;
  @Column({ type: 'text' }) name!: 'Product Clicked' | 'Checkout Started';
  @Column(idColumn({ nullable: true })) productId!: string | null;
  @Column(timeColumn()) at!: Date;
}

/** Which seconds of a show's replay one subject has played, each counted once. */
@Entity('replay_watched')
export class ReplayWatched {
  @PrimaryColumn('uuid') showId!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'int4multirange' }) seconds!: string;
}

@Entity('show_seconds')
export class ShowSecond {
  @PrimaryColumn('uuid') showId!: string;
  /** Its begin. */
  @PrimaryColumn('timestamptz') second!: Date;
  @PrimaryColumn('text') name!: string;
  @Column({ type: 'integer' }) count!: number;
  @Column(bigintColumn()) quantity!: number;
}

/** What one subject did on one day of the brand's zone. */
@Entity('day_activity')
export class DayActivity {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn({ type: 'date' }) day!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @PrimaryColumn('text') name!: string;
  @Column({ type: 'integer' }) count!: number;
  @Column(bigintColumn()) quantity!: number;
  @Column(timeColumn()) lastAt!: Date;
}

/** A session of one subject: it ends after 30 idle minutes. A person's are those of their subjects, joined where they meet. */
@Entity('visits')
export class Visit {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) subjectId!: string;
  @Column(timeColumn()) startedAt!: Date;
  @Column(timeColumn()) endedAt!: Date;
  @Column({ type: 'integer' }) events!: number;
  /** Of the first interaction that names one. */
  @Column(idColumn({ nullable: true })) showId!: string | null;
  /** Of the first interaction that has one: where the visit came from. */
  @Column({ type: 'jsonb', nullable: true }) context!: Record<string, unknown> | null;
}
