import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { ValueDiagnostics } from '#contracts/ltv';
import { bigintColumn, idColumn, timeColumn } from '../../database/index.ts';

/** What a brand says of itself for the value of its customers; without a row, the defaults. */
@Entity('value_settings')
export class ValueSettings {
  @PrimaryColumn('uuid') brandId!: string;
  /** Of net sales, in basis points; null where the brand has not said. */
  @Column({ type: 'integer', nullable: true }) marginBp!: number | null;
  /** By which money of next year counts less than today's. */
  @Column({ type: 'integer', default: 1000 }) discountBp!: number;
}

/** One fit of the forecast, also one that came to nothing. */
@Entity('value_models')
export class ValueModel {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) outcome!: 'fitted' | 'not_enough_data';
  /** The last whole day, in the brand's zone, whose orders it knows. */
  @Column({ type: 'date' }) observedUntil!: string;
  @Column({ type: 'integer' }) customers!: number;
  @Column({ type: 'integer' }) repeatCustomers!: number;
  @Column({ type: 'double precision', nullable: true }) meanPAlive!: number | null;
  /** Of all customers together, over the next twelve months. */
  @Column(bigintColumn({ nullable: true })) predictedAmount!: number | null;
  @Column({ type: 'jsonb' }) diagnostics!: ValueDiagnostics;
  @Column({ type: 'integer' }) durationMs!: number;
  @Column(timeColumn()) fittedAt!: Date;
}

/** What the last fit says of one person for the next twelve months. Who has not bought yet has no row. */
@Entity('person_values')
export class PersonValue {
  @PrimaryColumn('uuid') brandId!: string;
  @PrimaryColumn('uuid') personId!: string;
  @Column(idColumn()) modelId!: string;
  @Column({ type: 'double precision' }) pAlive!: number;
  @Column({ type: 'double precision' }) expectedOrders!: number;
  @Column(bigintColumn()) expectedOrderAmount!: number;
  /** Discounted. */
  @Column(bigintColumn()) predictedAmount!: number;
}
