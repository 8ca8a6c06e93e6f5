import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Letters to people: written in the transaction of what they tell of, sent by a job, kept as they were. */
export class Mail1763810000000 implements MigrationInterface {
  readonly name = 'Mail1763810000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE mails (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  kind text NOT NULL,
  reference text NOT NULL CONSTRAINT mails_reference_once UNIQUE,
  locale text NOT NULL CONSTRAINT mails_locale_known CHECK (locale IN ('ja', 'en')),
  -- a line break in either would begin a header of somebody else's making
  to_address text NOT NULL CONSTRAINT mails_to_address_one_line CHECK (to_address !~ '[[:cntrl:]]'),
  subject text NOT NULL CONSTRAINT mails_subject_one_line CHECK (subject !~ '[[:cntrl:]]'),
  text_body text NOT NULL,
  html_body text NOT NULL,
  state text NOT NULL CONSTRAINT mails_state_known CHECK (state IN ('queued', 'sent', 'not_sent', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  resends integer NOT NULL DEFAULT 0,
  last_error text,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  sent_at timestamptz,
  CONSTRAINT mails_sent_has_time CHECK (state <> 'sent' OR sent_at IS NOT NULL)
);
CREATE INDEX mails_brand ON mails (brand_id, id);
CREATE INDEX mails_brand_state ON mails (brand_id, state, id);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE mails`);
  }
}
