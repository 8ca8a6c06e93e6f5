import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ShowState } from '#contracts/shows';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

@Entity('shows')
export class Show {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) slug!: string;
  @Column({ type: 'text' }) title!: string;
  @Column({ type: 'text' }) subtitle!: string;
  @Column({ type: 'text' }) hostName!: string;
  @Column(idColumn({ nullable: true })) posterImageId!: string | null;
  @Column({ type: 'text' }) state!: ShowState;
  @Column(timeColumn()) startsAt!: Date;
  @Column(timeColumn({ nullable: true })) endsAt!: Date | null;
  @Column(timeColumn({ nullable: true })) liveSince!: Date | null;
  @Column(timeColumn({ nullable: true })) endedAt!: Date | null;
  @Column(timeColumn()) createdAt!: Date;
}

/** The sequence of a show's room, apart from the show so that chat does not wait for a state change. */
@Entity('rooms')
export class Room {
  @PrimaryColumn('uuid') showId!: string;
  @Column(bigintColumn({ default: 0 })) seq!: number;
}

/** One line of the run of show: a product, with all its variants, at its place. */
@Entity('offers')
export class Offer {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) productId!: string;
  @Column({ type: 'integer' }) position!: number;
  /** How many were paid for, whatever was given back since. Counted by the statement that sells. */
  @Column({ type: 'integer', default: 0 }) sold!: number;
}

@Entity('pins')
export class Pin {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) showId!: string;
  @Column(idColumn()) offerId!: string;
  @Column(timeColumn()) pinnedAt!: Date;
  @Column(timeColumn({ nullable: true })) unpinnedAt!: Date | null;
}
