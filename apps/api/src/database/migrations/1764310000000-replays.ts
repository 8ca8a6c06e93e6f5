import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What became of the recordings of shows, and how long a brand keeps them. */
export class Replays1764310000000 implements MigrationInterface {
  readonly name = 'Replays1764310000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE brands ADD replay_keep_days integer DEFAULT 90 CONSTRAINT brands_replay_keep_days CHECK (replay_keep_days BETWEEN 1 AND 3650),
  ADD replay_sells boolean NOT NULL DEFAULT true;
CREATE TABLE replays (
  show_id uuid PRIMARY KEY REFERENCES shows,
  brand_id uuid NOT NULL REFERENCES brands,
  node_id text NOT NULL REFERENCES media_nodes,
  state text NOT NULL CONSTRAINT replays_state_known CHECK (state IN ('preparing', 'ready', 'failed', 'removing', 'removed')),
  base_url text,
  storage text CONSTRAINT replays_storage_known CHECK (storage IN ('disk', 's3')),
  seconds double precision NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  time_map jsonb NOT NULL DEFAULT '[]',
  has_mp4 boolean NOT NULL DEFAULT false,
  has_thumbnails boolean NOT NULL DEFAULT false,
  failure text,
  removed_because text CONSTRAINT replays_removed_because_known CHECK (removed_because IN ('retention', 'deleted')),
  created_at timestamptz NOT NULL,
  ready_at timestamptz,
  removed_at timestamptz,
  asked_at timestamptz NOT NULL,
  CONSTRAINT replays_ready_since CHECK (state <> 'ready' OR ready_at IS NOT NULL),
  CONSTRAINT replays_removed_since CHECK ((state = 'removed') = (removed_at IS NOT NULL))
);
CREATE INDEX replays_open ON replays (asked_at) WHERE state IN ('preparing', 'removing');
CREATE INDEX replays_ready ON replays (brand_id, ready_at) WHERE state = 'ready';
CREATE INDEX shows_ended_at ON shows (ended_at) WHERE state = 'ended';
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP INDEX shows_ended_at;
DROP TABLE replays;
ALTER TABLE brands DROP COLUMN replay_keep_days, DROP COLUMN replay_sells;
`);
  }
}
