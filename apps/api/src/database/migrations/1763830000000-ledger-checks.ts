import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the hourly check of the ledger found. */
export class LedgerChecks1763830000000 implements MigrationInterface {
  readonly name = 'LedgerChecks1763830000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE ledger_checks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  checked_at timestamptz NOT NULL DEFAULT engawa_now(),
  findings jsonb NOT NULL
);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ledger_checks`);
  }
}
