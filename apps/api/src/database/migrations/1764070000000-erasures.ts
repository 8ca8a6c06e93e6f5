import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who was erased: applied again when the database comes back from a backup of before. */
export class Erasures1764070000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE erasures (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  person_id uuid NOT NULL,
  requested_by uuid REFERENCES members,
  erased_at timestamptz NOT NULL,
  rows integer NOT NULL,
  receipt text NOT NULL
);
CREATE INDEX erasures_brand ON erasures (brand_id, erased_at);
CREATE INDEX orders_viewer ON orders (viewer_id);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE erasures; DROP INDEX orders_viewer`);
  }
}
