import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Encoders: the key that lets one in, and which broadcasts are theirs. */
export class IngestKeys1764320000000 implements MigrationInterface {
  readonly name = 'IngestKeys1764320000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE broadcasts ADD source text NOT NULL DEFAULT 'browser';
CREATE TABLE ingest_keys (
  show_id uuid PRIMARY KEY REFERENCES shows ON DELETE CASCADE,
  key_hash bytea NOT NULL UNIQUE,
  last4 text NOT NULL,
  created_by uuid NOT NULL REFERENCES members,
  created_at timestamptz NOT NULL,
  used_at timestamptz,
  refused jsonb
);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP TABLE ingest_keys;
ALTER TABLE broadcasts DROP COLUMN source;
`);
  }
}
