import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One row for each person with what is to be filtered and sorted by, the queue of those whose row is to be made anew, and saved segments. */
export class PersonFacts1764050000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE person_facts (
  brand_id uuid NOT NULL,
  person_id uuid NOT NULL,
  is_guest boolean NOT NULL,
  name text NOT NULL,
  -- as the person calls themselves in the chat: seen by who may not read personal data
  nickname text NOT NULL,
  email text,
  -- name, addresses, numbers of orders, prepared for a search
  search text NOT NULL,
  nickname_search text NOT NULL,
  stage text NOT NULL,
  -- of the published rules and weights
  stage_version integer NOT NULL,
  score_version integer NOT NULL,
  engagement_score double precision NOT NULL,
  r smallint,
  f smallint,
  m smallint,
  first_seen_at timestamptz,
  last_seen_at timestamptz,
  first_order_at timestamptz,
  last_order_at timestamptz,
  orders integer NOT NULL,
  gmv_amount bigint NOT NULL,
  net_amount bigint NOT NULL,
  average_amount double precision,
  shows integer NOT NULL,
  watch_seconds integer NOT NULL,
  visits integer NOT NULL,
  messages integer NOT NULL,
  clicks integer NOT NULL,
  source text,
  consent boolean NOT NULL,
  refreshed_at timestamptz NOT NULL DEFAULT engawa_now(),
  PRIMARY KEY (brand_id, person_id)
);
CREATE INDEX person_facts_seen ON person_facts (brand_id, last_seen_at, person_id);
CREATE INDEX person_facts_ordered ON person_facts (brand_id, last_order_at) WHERE orders > 0;

-- Persons, or any subject of theirs, whose facts are not what they were. Rows are only added and taken away: nobody waits for a refresh.
CREATE TABLE person_changes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id uuid NOT NULL,
  person_id uuid NOT NULL,
  due_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO rollups (name, done_at) VALUES ('people', NULL);
-- The day of the brand on which its persons were last counted as a whole: stages and scores depend on the day.
CREATE TABLE person_days (
  brand_id uuid PRIMARY KEY REFERENCES brands ON DELETE CASCADE,
  day date NOT NULL
);

CREATE FUNCTION note_person_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed record;
BEGIN
  IF TG_OP = 'DELETE' THEN changed := OLD; ELSE changed := NEW; END IF;
  IF TG_TABLE_NAME = 'identity_links' THEN
    INSERT INTO person_changes (brand_id, person_id)
      SELECT changed.brand_id, id FROM unnest(ARRAY[changed.subject_id, changed.person_id]) AS id WHERE id IS NOT NULL;
    IF TG_OP = 'UPDATE' AND OLD.person_id IS DISTINCT FROM NEW.person_id AND OLD.person_id IS NOT NULL THEN
      INSERT INTO person_changes (brand_id, person_id) VALUES (OLD.brand_id, OLD.person_id);
    END IF;
  ELSIF TG_TABLE_NAME = 'orders' THEN
    INSERT INTO person_changes (brand_id, person_id) VALUES (changed.brand_id, changed.viewer_id);
  ELSE
    INSERT INTO person_changes (brand_id, person_id) VALUES (changed.brand_id, changed.subject_id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER identity_links_change AFTER INSERT OR UPDATE OR DELETE ON identity_links
  FOR EACH ROW EXECUTE FUNCTION note_person_change();
CREATE TRIGGER person_attributes_change AFTER INSERT OR UPDATE OR DELETE ON person_attributes
  FOR EACH ROW EXECUTE FUNCTION note_person_change();
CREATE TRIGGER consents_change AFTER INSERT OR UPDATE OR DELETE ON consents
  FOR EACH ROW EXECUTE FUNCTION note_person_change();
-- An order that is paid comes with a row of the log; what goes back may be called back later, without one.
CREATE TRIGGER orders_refund_change AFTER UPDATE OF refunded_amount ON orders
  FOR EACH ROW WHEN (OLD.refunded_amount IS DISTINCT FROM NEW.refunded_amount) EXECUTE FUNCTION note_person_change();
CREATE INDEX mails_to ON mails (brand_id, lower(to_address));

CREATE TABLE segments (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  name text NOT NULL CONSTRAINT segments_name_said CHECK (name <> ''),
  filter jsonb NOT NULL,
  created_by uuid NOT NULL REFERENCES members,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  people integer NOT NULL,
  counted_at timestamptz NOT NULL,
  CONSTRAINT segments_name_once UNIQUE (brand_id, name)
);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP TRIGGER identity_links_change ON identity_links;
DROP TRIGGER person_attributes_change ON person_attributes;
DROP TRIGGER consents_change ON consents;
DROP TRIGGER orders_refund_change ON orders;
DROP FUNCTION note_person_change;
DROP INDEX mails_to;
DROP TABLE segments, person_days, person_changes, person_facts;
DELETE FROM rollups WHERE name = 'people';
`);
  }
}
