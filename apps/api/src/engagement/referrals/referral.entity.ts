import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Channel } from '#contracts/referrals';
import { idColumn, timeColumn } from '../../database/index.ts';

/** A viewer's own link to a show. */
@Entity('referral_links')
export class ReferralLink {
  @PrimaryColumn('text') code!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) subjectId!: string;
  @Column(timeColumn()) createdAt!: Date;
}

/** Somebody came by it, for the first time. */
@Entity('referral_visits')
export class ReferralVisit {
  @PrimaryColumn('text') code!: string;
  @PrimaryColumn('uuid') subjectId!: string;
  @Column(idColumn()) brandId!: string;
  @Column(timeColumn()) visitedAt!: Date;
}

/** A link that a brand puts into a mail or a post. */
@Entity('tracked_links')
export class TrackedLink {
  @PrimaryColumn('text') code!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) showId!: string;
  @Column({ type: 'text' }) channel!: Channel;
  @Column({ type: 'text' }) campaign!: string;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn({ nullable: true })) archivedAt!: Date | null;
}

@Entity('tracked_link_days')
export class TrackedLinkDay {
  @PrimaryColumn('text') code!: string;
  @PrimaryColumn({ type: 'date' }) day!: string;
  @Column({ type: 'integer', default: 0 }) impressions!: number;
  @Column({ type: 'integer', default: 0 }) clicks!: number;
}
