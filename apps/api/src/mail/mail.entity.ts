import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Locale } from '#contracts/ids';
import type { MailKind, MailState } from '#contracts/mail';
import { idColumn, timeColumn } from '../database/index.ts';

/** One letter to one address, as it was written. */
@Entity('mails')
export class Mail {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) kind!: MailKind;
  /** What it tells of: there is one letter of a reference, however often it is asked for. */
  @Column({ type: 'text' }) reference!: string;
  @Column({ type: 'text' }) locale!: Locale;
  @Column({ type: 'text' }) toAddress!: string;
  @Column({ type: 'text' }) subject!: string;
  @Column({ type: 'text' }) textBody!: string;
  @Column({ type: 'text' }) htmlBody!: string;
  @Column({ type: 'text' }) state!: MailState;
  /** Since it was queued last. */
  @Column({ type: 'integer' }) attempts!: number;
  /** How often staff sent it again after it had been sent: each time is a message of its own. */
  @Column({ type: 'integer' }) resends!: number;
  @Column({ type: 'text', nullable: true }) lastError!: string | null;
  /** While it is queued: when to try next, and until when somebody is at it. */
  @Column(timeColumn()) nextAt!: Date;
  @Column(timeColumn({ nullable: true })) takenUntil!: Date | null;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn({ nullable: true })) sentAt!: Date | null;
}
