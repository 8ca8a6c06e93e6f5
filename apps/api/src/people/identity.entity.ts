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

/**
 * Proven: says that a subject is a person; at most one such link of a subject is in force. Pending: says only that somebody claimed, with this
 * subject, to be the owner of another one. Rows are ended, never deleted.
 */
@Entity('identity_links')
export class IdentityLink {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) subjectId!: string;
  /** Null while it is a claim. */
  @Column(idColumn({ nullable: true })) personId!: string | null;
  /** The identifier that it was claimed or proven with. */
  @Column(idColumn({ nullable: true })) withSubjectId!: string | null;
  @Column({ type: 'text' }) state!: 'pending' | 'proven';
  /** 'code', 'mail_link', 'server', 'user_hash', 'alias', of claims 'order', 'browser', and those that were held back. */
  @Column({ type: 'text' }) source!: string;
  @Column({ type: 'jsonb', default: {} }) evidence!: Record<string, unknown>;
  /** The merge that made it. */
  @Column(idColumn({ nullable: true })) mergeId!: string | null;
  /** The link which that merge ended, and whose source and evidence it carries on. */
  @Column(idColumn({ nullable: true })) movedFromId!: string | null;
  /** When it was claimed or proven; a merge does not change that. */
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
