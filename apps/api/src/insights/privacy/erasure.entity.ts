import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn, timeColumn } from '../../database/index.ts';

@Entity('erasures')
export class ErasureRow {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column(idColumn()) personId!: string;
  /** A member; null for the person. */
  @Column(idColumn({ nullable: true })) requestedBy!: string | null;
  @Column(timeColumn()) erasedAt!: Date;
  @Column({ type: 'integer' }) rows!: number;
  @Column({ type: 'text' }) receipt!: string;
}
