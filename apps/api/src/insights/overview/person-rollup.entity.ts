import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { bigintColumn, idColumn, timeColumn } from '../../database/index.ts';

const beforeColumn = () => timeColumn({ default: '-infinity' });

/** What one person did in one show, with all of their devices. */
@Entity('show_people')
export class ShowPerson {
  @PrimaryColumn('uuid') showId!: string;
  @PrimaryColumn('uuid') personId!: string;
  @Column(idColumn()) brandId!: string;
  /** Watched, or came while the show was live. */
  @Column({ type: 'boolean' }) viewed!: boolean;
  /** Viewed, and chatted, reacted, clicked or answered. */
  @Column({ type: 'boolean' }) engaged!: boolean;
  /** Between the first media and the end; what two devices showed at once counts once. */
  @Column(bigintColumn()) watchedMs!: number;
  @Column({ type: 'integer' }) impressions!: number;
  @Column({ type: 'integer' }) clicks!: number;
  /** Begin of the last show before this one of which the same is true. */
  @Column(beforeColumn()) viewedBefore!: Date;
  @Column(beforeColumn()) engagedBefore!: Date;
  @Column(beforeColumn()) sawBefore!: Date;
  @Column(beforeColumn()) clickedBefore!: Date;
}

/** Counts of `show_people`, kept by its triggers. */
@Entity('show_audiences')
export class ShowAudience {
  @PrimaryColumn('uuid') showId!: string;
  @PrimaryColumn('text') kind!: 'viewed' | 'engaged' | 'saw' | 'clicked';
  @PrimaryColumn('timestamptz') before!: Date;
  @Column({ type: 'integer' }) persons!: number;
  /** Milliseconds watched, impressions or clicks. */
  @Column(bigintColumn()) quantity!: number;
}

/** Sessions of one person that began on one day of the brand's zone. */
@Entity('person_sessions')
export class PersonSessions {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn('uuid') personId!: string;
  @PrimaryColumn({ type: 'date' }) day!: string;
  @Column({ type: 'integer' }) sessions!: number;
  /** The last day before with a session of theirs. */
  @Column({ type: 'date' }) dayBefore!: string;
}

/** Counts of `person_sessions`, kept by its triggers. */
@Entity('session_days')
export class SessionDay {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn({ type: 'date' }) day!: string;
  @PrimaryColumn({ type: 'date' }) dayBefore!: string;
  @Column({ type: 'integer' }) persons!: number;
  @Column({ type: 'integer' }) sessions!: number;
}

@Entity('show_people_closings')
export class ShowPeopleClosing {
  @PrimaryColumn('uuid') showId!: string;
  @Column(timeColumn()) closedAt!: Date;
}

@Entity('person_moves')
export class PersonMove {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) personId!: string;
}
