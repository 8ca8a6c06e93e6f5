import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn, timeColumn } from '../database/index.ts';

/** An identifier that is not a browser of ours: a shop's anonymous id or user id, or an e-mail address. */
@Entity('subjects')
export class Subject {
  /** Made from brand, kind and value: see `subjectId`. */
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) kind!: 'anonymous' | 'user' | 'email';
  @Column({ type: 'text' }) value!: string;
  @Column(timeColumn()) createdAt!: Date;
}

/** One customer profile of one brand. A subject without a link is a person by itself, without a row here: its own id is the person's. */
@Entity('persons')
export class Person {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(timeColumn()) createdAt!: Date;
}

@Entity('identity_merges')
export class IdentityMerge {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) fromPersonId!: string;
  @Column(idColumn()) intoPersonId!: string;
  @Column({ type: 'jsonb' }) evidence!: Record<string, unknown>;
  @Column(timeColumn()) mergedAt!: Date;
  @Column(timeColumn({ nullable: true })) undoneAt!: Date | null;
  @Column(idColumn({ nullable: true })) undoneBy!: string | null;
}

/** Says that a subject is a person. Pending proves nothing; at most one proven link of a subject is in force. Rows are ended, never deleted. */
@Entity('identity_links')
export class IdentityLink {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) subjectId!: string;
  @Column(idColumn()) personId!: string;
  @Column({ type: 'text' }) state!: 'pending' | 'proven';
  /** 'code', 'mail_link', 'server', 'user_hash', 'order', 'browser', 'merge'. */
  @Column({ type: 'text' }) source!: string;
  @Column({ type: 'jsonb', default: {} }) evidence!: Record<string, unknown>;
  /** The merge that made it. */
  @Column(idColumn({ nullable: true })) mergeId!: string | null;
  @Column(timeColumn()) linkedAt!: Date;
  @Column(timeColumn({ nullable: true })) undoneAt!: Date | null;
  @Column(idColumn({ nullable: true })) undoneBy!: string | null;
}

/** What is known of a subject, by who said it last. */
@Entity('person_attributes')
export class PersonAttribute {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @PrimaryColumn('text') name!: string;
  @PrimaryColumn('text') source!: string;
  @Column({ type: 'jsonb' }) value!: unknown;
  @Column(timeColumn()) setAt!: Date;
}
