import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Each click and hold of a show at its own time: a funnel needs the one between two others, and what a pin moved needs the product. */
export class ShowSteps1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE show_steps (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  show_id uuid NOT NULL,
  brand_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  name text NOT NULL,
  product_id uuid,
  at timestamptz NOT NULL
);
CREATE INDEX show_steps_show ON show_steps (show_id);
CREATE INDEX show_steps_subject ON show_steps (subject_id);
INSERT INTO show_steps (show_id, brand_id, subject_id, name, product_id, at)
  SELECT show_id, brand_id, subject_id, name, product_id, occurred_at FROM interactions
  WHERE show_id IS NOT NULL AND name IN ('Product Clicked', 'Checkout Started')
    AND id <= (SELECT done_id FROM rollups WHERE name = 'activity') ORDER BY id;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE show_steps`);
  }
}
