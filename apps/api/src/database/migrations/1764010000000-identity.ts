import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What makes a link undoable, sign-in of viewers by a code, what they saved, and what they agreed to. */
export class Identity1764010000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- A claim is of no person yet: it names the identifier that was typed. A proof names the identifier that it was made with.
ALTER TABLE identity_links
  ALTER COLUMN person_id DROP NOT NULL,
  ADD COLUMN with_subject_id uuid,
  ADD COLUMN moved_from_id uuid REFERENCES identity_links,
  ADD CONSTRAINT identity_links_proven_of_person CHECK (state = 'pending' OR person_id IS NOT NULL),
  ADD CONSTRAINT identity_links_pending_with CHECK (state = 'proven' OR with_subject_id IS NOT NULL);
CREATE UNIQUE INDEX identity_claims_once ON identity_links (brand_id, subject_id, with_subject_id)
  WHERE state = 'pending' AND undone_at IS NULL;
CREATE INDEX identity_claims_with ON identity_links (with_subject_id) WHERE state = 'pending' AND undone_at IS NULL;
CREATE INDEX identity_links_merge ON identity_links (merge_id) WHERE merge_id IS NOT NULL;
CREATE INDEX identity_merges_from ON identity_merges (from_person_id);
CREATE INDEX identity_merges_into ON identity_merges (into_person_id);

ALTER TABLE viewers ADD COLUMN signed_out_at timestamptz;
ALTER TABLE brands ADD COLUMN consent_mode text NOT NULL DEFAULT 'none'
  CONSTRAINT brands_consent_mode_known CHECK (consent_mode IN ('none', 'opt_in', 'opt_out'));

CREATE TABLE sign_in_codes (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  viewer_id uuid NOT NULL REFERENCES viewers,
  email text NOT NULL,
  code_hash bytea NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  expires_at timestamptz NOT NULL,
  used_at timestamptz,
  CONSTRAINT sign_in_codes_one_active UNIQUE (brand_id, viewer_id, email)
);
CREATE INDEX sign_in_codes_expiry ON sign_in_codes (expires_at);

CREATE TABLE saved_addresses (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  subject_id uuid NOT NULL,
  name text NOT NULL,
  phone text NOT NULL,
  address jsonb NOT NULL,
  used_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT saved_addresses_once UNIQUE (brand_id, subject_id, name, phone, address)
);

CREATE TABLE consents (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  subject_id uuid NOT NULL,
  purpose text NOT NULL CONSTRAINT consents_purpose_known CHECK (purpose IN ('profiling', 'marketing_mail')),
  granted boolean NOT NULL,
  text_version text NOT NULL,
  locale text NOT NULL,
  source text NOT NULL,
  at timestamptz NOT NULL DEFAULT engawa_now()
);
CREATE INDEX consents_subject ON consents (brand_id, subject_id, purpose, at);
INSERT INTO rollups (name) VALUES ('order claims');
`);
  }

  async down(): Promise<void> {
    throw new Error('Who is who is not forgotten.');
  }
}
