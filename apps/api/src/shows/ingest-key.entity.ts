import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { IngestKey } from '#contracts/ingest';
import { idColumn, timeColumn } from '../database/index.ts';

/** By which an encoder sends a show's broadcast. One per show; only its hash is kept. */
@Entity('ingest_keys')
export class IngestKeyRow {
  @PrimaryColumn('uuid') showId!: string;
  @Column({ type: 'bytea' }) keyHash!: Buffer;
  @Column({ type: 'text' }) last4!: string;
  @Column(idColumn()) createdBy!: string;
  @Column(timeColumn()) createdAt!: Date;
  @Column(timeColumn({ nullable: true })) usedAt!: Date | null;
  @Column({ type: 'jsonb', nullable: true }) refused!: IngestKey['refused'];
}
