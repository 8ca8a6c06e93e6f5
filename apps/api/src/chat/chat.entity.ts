import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AuthorRole } from '#contracts/room';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

@Entity('chat_messages')
export class ChatMessage {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) showId!: string;
  @Column(bigintColumn()) seq!: number;
  /** Viewer or member: whose client message ids these are. */
  @Column({ type: 'text' }) authorKey!: string;
  @Column({ type: 'text' }) clientMessageId!: string;
  @Column(idColumn({ nullable: true })) viewerId!: string | null;
  @Column(idColumn({ nullable: true })) memberId!: string | null;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) role!: AuthorRole;
  @Column({ type: 'text' }) text!: string;
  @Column(timeColumn()) sentAt!: Date;
  @Column(bigintColumn({ nullable: true })) deletedSeq!: number | null;
  @Column(idColumn({ nullable: true })) deletedBy!: string | null;
}

@Entity('mutes')
export class Mute {
  @PrimaryColumn('uuid') showId!: string;
  @PrimaryColumn('uuid') viewerId!: string;
  @Column(timeColumn()) until!: Date;
  @Column(idColumn()) mutedBy!: string;
}
