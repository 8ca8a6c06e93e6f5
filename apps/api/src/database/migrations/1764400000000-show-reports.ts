import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Figures of large shows, kept with the versions of what they were made of. `report_versions` counts for a show how often its rollups have changed, and
 * for a brand how often its ledger or the links of its persons have.
 */
export class ShowReports1764400000000 implements MigrationInterface {
  readonly name = 'ShowReports1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE report_versions (subject_id uuid PRIMARY KEY, version bigint NOT NULL DEFAULT 1);
CREATE TABLE show_reports (
  show_id uuid PRIMARY KEY REFERENCES shows ON DELETE CASCADE,
  figures jsonb NOT NULL,
  ended boolean NOT NULL,
  show_version bigint NOT NULL,
  brand_version bigint NOT NULL,
  took_ms integer NOT NULL,
  made_at timestamptz NOT NULL
);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE show_reports, report_versions`);
  }
}
