import { Column, Entity, PrimaryColumn } from 'typeorm';
import { idColumn, timeColumn } from '../database/index.ts';

/** One browser that came as a guest. */
@Entity('viewers')
export class Viewer {
  @PrimaryColumn('uuid') id!: string;
  /** From then on it is nobody's account: the browser goes on as another guest. */
  @Column(timeColumn({ nullable: true })) signedOutAt!: Date | null;
  @Column(timeColumn()) createdAt!: Date;
}

@Entity('bans')
export class Ban {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn('uuid') viewerId!: string;
  @Column(idColumn()) bannedBy!: string;
  @Column(timeColumn()) createdAt!: Date;
}
