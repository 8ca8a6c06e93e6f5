import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { CustomerFilter, LifecycleStage } from '#contracts/customers';
import { bigintColumn, idColumn, timeColumn } from '../../database/index.ts';

/** All that a list of customers filters and sorts by, one row for each person. Made anew when anything of the person changes. */
@Entity('person_facts')
export class PersonFacts {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn('uuid') personId!: string;
  /** Nobody knows who they are, and they never bought. */
  @Column({ type: 'boolean' }) isGuest!: boolean;
  @Column({ type: 'text' }) name!: string;
  /** As they call themselves in the chat: for who may not read personal data. */
  @Column({ type: 'text' }) nickname!: string;
  @Column({ type: 'text', nullable: true }) email!: string | null;
  /** Name, addresses and numbers of orders, prepared for a search. */
  @Column({ type: 'text' }) search!: string;
  @Column({ type: 'text' }) nicknameSearch!: string;
  @Column({ type: 'text' }) stage!: LifecycleStage;
  /** Of the published rules and weights. */
  @Column({ type: 'integer' }) stageVersion!: number;
  @Column({ type: 'integer' }) scoreVersion!: number;
  @Column({ type: 'double precision' }) engagementScore!: number;
  @Column({ type: 'smallint', nullable: true }) r!: number | null;
  @Column({ type: 'smallint', nullable: true }) f!: number | null;
  @Column({ type: 'smallint', nullable: true }) m!: number | null;
  @Column(timeColumn({ nullable: true })) firstSeenAt!: Date | null;
  @Column(timeColumn({ nullable: true })) lastSeenAt!: Date | null;
  @Column(timeColumn({ nullable: true })) firstOrderAt!: Date | null;
  @Column(timeColumn({ nullable: true })) lastOrderAt!: Date | null;
  @Column({ type: 'integer' }) orders!: number;
  @Column(bigintColumn()) gmvAmount!: number;
  @Column(bigintColumn()) netAmount!: number;
  @Column({ type: 'double precision', nullable: true }) averageAmount!: number | null;
  @Column({ type: 'integer' }) shows!: number;
  @Column({ type: 'integer' }) watchSeconds!: number;
  @Column({ type: 'integer' }) visits!: number;
  @Column({ type: 'integer' }) messages!: number;
  @Column({ type: 'integer' }) clicks!: number;
  /** Of the first visit. */
  @Column({ type: 'text', nullable: true }) source!: string | null;
  @Column({ type: 'boolean' }) consent!: boolean;
  @Column(timeColumn()) refreshedAt!: Date;
}

/** A person, or a subject of theirs, whose facts are to be made anew. */
@Entity('person_changes')
export class PersonChange {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) personId!: string;
  @Column(timeColumn()) dueAt!: Date;
}

/** The day of the brand on which all its persons were last made anew. */
@Entity('person_days')
export class PersonDay {
  @PrimaryColumn('uuid') brandId!: string;
  @Column({ type: 'date' }) day!: string;
}

/** A filter that a brand keeps under a name, with how many it let through when it was last counted. */
@Entity('segments')
export class Segment {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'jsonb' }) filter!: CustomerFilter;
  @Column(idColumn()) createdBy!: string;
  @Column(timeColumn()) createdAt!: Date;
  @Column({ type: 'integer' }) people!: number;
  @Column(timeColumn()) countedAt!: Date;
}
