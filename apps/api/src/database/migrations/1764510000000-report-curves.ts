import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Reports of large shows have their curve too. Those that are kept are made anew. */
export class ReportCurves1764510000000 implements MigrationInterface {
  readonly name = 'ReportCurves1764510000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
DELETE FROM show_reports;
ALTER TABLE show_reports ADD curve jsonb NOT NULL, ADD line jsonb NOT NULL;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE show_reports DROP curve, DROP line`);
  }
}
