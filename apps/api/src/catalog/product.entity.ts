import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { TaxCode } from '#contracts/catalog';
import { bigintColumn, idColumn, timeColumn } from '../database/index.ts';

@Entity('products')
export class Product {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) note!: string;
  @Column({ type: 'text' }) description!: string;
  @Column(idColumn({ nullable: true })) imageId!: string | null;
  @Column({ type: 'text', default: 'standard' }) taxCode!: TaxCode;
  @Column(timeColumn({ nullable: true })) archivedAt!: Date | null;
  @Column(timeColumn()) createdAt!: Date;
}

@Entity('variants')
export class Variant {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) productId!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'integer' }) position!: number;
  @Column({ type: 'text' }) name!: string;
  @Column({ type: 'text' }) sku!: string;
  @Column(bigintColumn()) priceAmount!: number;
  @Column({ type: 'text', nullable: true }) swatch!: string | null;
  @Column({ type: 'integer', default: 0 }) weightGrams!: number;
  @Column(idColumn({ nullable: true })) imageId!: string | null;
  @Column(timeColumn({ nullable: true })) archivedAt!: Date | null;
}

@Entity('images')
export class Image {
  @PrimaryColumn('uuid') id!: string;
  @Column(idColumn()) brandId!: string;
  @Column({ type: 'integer' }) width!: number;
  @Column({ type: 'integer' }) height!: number;
  @Column(timeColumn()) createdAt!: Date;
}
