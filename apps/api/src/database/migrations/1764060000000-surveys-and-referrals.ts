import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What viewers are asked, who brought whom, and where visits come from. */
export class SurveysAndReferrals1764060000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- A survey is one wave of asking; 'wave' names it once per brand.
CREATE TABLE surveys (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  wave text NOT NULL,
  kind text NOT NULL CONSTRAINT surveys_kind_known CHECK (kind IN ('csat', 'nps', 'stars')),
  moment text NOT NULL CONSTRAINT surveys_moment_known CHECK (moment IN ('room', 'leave', 'delivered')),
  show_id uuid REFERENCES shows,
  product_id uuid REFERENCES products,
  opened_by uuid REFERENCES members,
  opened_at timestamptz NOT NULL DEFAULT engawa_now(),
  closed_at timestamptz,
  CONSTRAINT surveys_wave_once UNIQUE (brand_id, wave),
  CONSTRAINT surveys_stars_of_product CHECK ((kind = 'stars') = (product_id IS NOT NULL))
);
CREATE INDEX surveys_show ON surveys (show_id);
CREATE UNIQUE INDEX surveys_one_open_in_room ON surveys (show_id) WHERE moment = 'room' AND closed_at IS NULL;
CREATE TABLE survey_asks (
  survey_id uuid NOT NULL REFERENCES surveys,
  subject_id uuid NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT engawa_now(),
  PRIMARY KEY (survey_id, subject_id)
);
CREATE INDEX survey_asks_subject ON survey_asks (subject_id);
CREATE TABLE survey_answers (
  survey_id uuid NOT NULL REFERENCES surveys,
  subject_id uuid NOT NULL,
  score integer NOT NULL CONSTRAINT survey_answers_score_sane CHECK (score BETWEEN 0 AND 10),
  comment text,
  answered_at timestamptz NOT NULL DEFAULT engawa_now(),
  PRIMARY KEY (survey_id, subject_id)
);
CREATE INDEX survey_answers_subject ON survey_answers (subject_id);

-- One share link for each viewer and show.
CREATE TABLE referral_links (
  code text PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  show_id uuid NOT NULL REFERENCES shows,
  subject_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT referral_links_once UNIQUE (show_id, subject_id)
);
CREATE INDEX referral_links_subject ON referral_links (subject_id);
CREATE TABLE referral_visits (
  code text NOT NULL REFERENCES referral_links,
  subject_id uuid NOT NULL,
  brand_id uuid NOT NULL,
  visited_at timestamptz NOT NULL DEFAULT engawa_now(),
  PRIMARY KEY (code, subject_id)
);
CREATE INDEX referral_visits_subject ON referral_visits (brand_id, subject_id, visited_at);

-- Links that a brand puts into its mails and posts, and how often they were seen and followed.
CREATE TABLE tracked_links (
  code text PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  show_id uuid NOT NULL REFERENCES shows,
  channel text NOT NULL CONSTRAINT tracked_links_channel_known CHECK (channel IN ('mail', 'social', 'embed', 'ad', 'other')),
  campaign text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  archived_at timestamptz
);
CREATE INDEX tracked_links_brand ON tracked_links (brand_id, created_at);
CREATE TABLE tracked_link_days (
  code text NOT NULL REFERENCES tracked_links,
  day date NOT NULL,
  impressions integer NOT NULL DEFAULT 0,
  clicks integer NOT NULL DEFAULT 0,
  PRIMARY KEY (code, day)
);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP TABLE tracked_link_days, tracked_links, referral_visits, referral_links, survey_answers, survey_asks, surveys`,
    );
  }
}
