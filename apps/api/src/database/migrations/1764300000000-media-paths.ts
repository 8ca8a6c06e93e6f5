import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two ways to the picture, and what went wrong on the way. */
export class MediaPaths1764300000000 implements MigrationInterface {
  readonly name = 'MediaPaths1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE media_nodes ADD packager boolean NOT NULL DEFAULT false, ADD webrtc_viewers integer NOT NULL DEFAULT 0;
CREATE TABLE broadcast_incidents (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  broadcast_id uuid NOT NULL REFERENCES broadcasts,
  kind text NOT NULL,
  details jsonb NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX broadcast_incidents_broadcast ON broadcast_incidents (broadcast_id, id);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP TABLE broadcast_incidents;
ALTER TABLE media_nodes DROP COLUMN packager, DROP COLUMN webrtc_viewers;
`);
  }
}
