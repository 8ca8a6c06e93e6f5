import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Write keys of the collector, the secret for userHash, and what was refused. */
export class Collector1764020000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE write_keys (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  kind text NOT NULL CONSTRAINT write_keys_kind_known CHECK (kind IN ('browser', 'server')),
  name text NOT NULL,
  key_hash bytea NOT NULL CONSTRAINT write_keys_hash_once UNIQUE,
  last4 text NOT NULL,
  created_by uuid NOT NULL REFERENCES members,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  revoked_by uuid REFERENCES members,
  revoked_at timestamptz,
  used_at timestamptz
);
CREATE INDEX write_keys_brand ON write_keys (brand_id);
CREATE TABLE user_secrets (
  brand_id uuid PRIMARY KEY REFERENCES brands,
  sealed bytea NOT NULL,
  created_by uuid NOT NULL REFERENCES members,
  created_at timestamptz NOT NULL DEFAULT engawa_now()
);
-- One row per kind of rejection and day, so that no flood makes it grow.
CREATE TABLE rejected_events (
  brand_id uuid NOT NULL REFERENCES brands,
  day date NOT NULL,
  write_key_id uuid NOT NULL REFERENCES write_keys,
  field text NOT NULL,
  reason text NOT NULL,
  count bigint NOT NULL,
  sample text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (brand_id, day, write_key_id, field, reason)
);
CREATE INDEX rejected_events_day ON rejected_events (day);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rejected_events, user_secrets, write_keys`);
  }
}
