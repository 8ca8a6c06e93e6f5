import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which seconds of a replay each device has played: what the log told of it before is read once. And what a replay lacks. */
export class ReplayWatched1764500000000 implements MigrationInterface {
  readonly name = 'ReplayWatched1764500000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE replays ADD missing_broadcasts integer NOT NULL DEFAULT 0;
CREATE TABLE replay_watched (
  show_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  brand_id uuid NOT NULL,
  seconds int4multirange NOT NULL,
  PRIMARY KEY (show_id, subject_id)
);
CREATE INDEX replay_watched_subject ON replay_watched (subject_id);
INSERT INTO replay_watched (show_id, subject_id, brand_id, seconds)
  SELECT show_id, subject_id, brand_id, range_agg(int4range(round((properties->>'from')::numeric)::int,
    GREATEST(round((properties->>'from')::numeric)::int + 1, round((properties->>'to')::numeric)::int)))
  FROM interactions WHERE name = 'Replay Watched' AND show_id IS NOT NULL AND id <= (SELECT done_id FROM rollups WHERE name = 'activity')
  GROUP BY 1, 2, 3;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE replay_watched; ALTER TABLE replays DROP COLUMN missing_broadcasts`);
  }
}
