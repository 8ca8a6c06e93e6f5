import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many viewers a media process takes, and whose of other processes it serves: {"<broadcast id>": viewers}. */
export class MediaEdges1764330000000 implements MigrationInterface {
  readonly name = 'MediaEdges1764330000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE media_nodes ADD max_viewers integer NOT NULL DEFAULT 0, ADD edges jsonb NOT NULL DEFAULT '{}';
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE media_nodes DROP COLUMN max_viewers, DROP COLUMN edges`);
  }
}
