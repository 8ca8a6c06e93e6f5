import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Co-hosts and guests of a show. */
export class Stage1764340000000 implements MigrationInterface {
  readonly name = 'Stage1764340000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE stages (
  show_id uuid PRIMARY KEY REFERENCES shows ON DELETE CASCADE,
  version integer NOT NULL,
  layout text NOT NULL CONSTRAINT stages_layout_known CHECK (layout IN ('solo', 'side_by_side', 'picture_in_picture')),
  main_id uuid,
  programme text NOT NULL CONSTRAINT stages_programme_known CHECK (programme IN ('main', 'speaker'))
);
CREATE TABLE stage_participants (
  id uuid PRIMARY KEY,
  show_id uuid NOT NULL REFERENCES shows ON DELETE CASCADE,
  role text NOT NULL CONSTRAINT stage_participants_role_known CHECK (role IN ('co_host', 'guest')),
  name text NOT NULL,
  invited_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  removed_at timestamptz,
  on_air_at timestamptz,
  muted boolean NOT NULL DEFAULT false,
  seen_at timestamptz,
  CONSTRAINT stage_participants_removed_is_off_air CHECK (removed_at IS NULL OR on_air_at IS NULL)
);
CREATE INDEX stage_participants_show ON stage_participants (show_id, invited_at);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP TABLE stage_participants;
DROP TABLE stages;
`);
  }
}
