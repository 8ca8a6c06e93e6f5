import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the copy in ClickHouse came, and what has to be taken out of it. */
export class AnalyticsCopy1764080000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
INSERT INTO rollups (name) VALUES ('clickhouse:interactions'), ('clickhouse:links'), ('clickhouse:watching');
-- moved_ids: rows of the log that stayed, under a pseudonym. Who became which pseudonym is written nowhere.
CREATE TABLE analytics_erasures (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  subject_ids uuid[] NOT NULL,
  moved_ids bigint[] NOT NULL
);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE analytics_erasures; DELETE FROM rollups WHERE name LIKE 'clickhouse:%'`);
  }
}
