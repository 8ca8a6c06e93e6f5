import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The log by day, who is who, and the rollups that dashboards read. What the log had is carried over; watch intervals stay as they are.
 */
export class Engagement1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE interactions RENAME TO interactions_before;
ALTER TABLE interactions_before DROP CONSTRAINT interactions_pkey, DROP CONSTRAINT interactions_message_once;
DROP INDEX interactions_show;

-- Ids are given in the order of writing and are the watermark of the rollups. No foreign keys: rows outlive what they name.
CREATE SEQUENCE interaction_ids AS bigint;
CREATE TABLE interactions (
  day date NOT NULL,
  message_key uuid NOT NULL,
  id bigint NOT NULL DEFAULT nextval('interaction_ids'),
  brand_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  name text NOT NULL CONSTRAINT interactions_name_said CHECK (name <> ''),
  source text NOT NULL CONSTRAINT interactions_source_known CHECK (source IN ('room', 'ledger', 'browser', 'server')),
  show_id uuid,
  product_id uuid,
  order_id uuid,
  quantity integer NOT NULL DEFAULT 1,
  amount bigint,
  properties jsonb,
  context jsonb,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (day, message_key)
) PARTITION BY RANGE (day);
CREATE INDEX interactions_subject ON interactions (subject_id, occurred_at);
CREATE INDEX interactions_id ON interactions USING brin (id) WITH (autosummarize = on);
CREATE INDEX interactions_time ON interactions USING brin (occurred_at) WITH (autosummarize = on);

CREATE FUNCTION interaction_key(brand_id uuid, message_id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
  $$ SELECT encode(substr(sha256(convert_to(brand_id || ':' || message_id, 'UTF8')), 1, 16), 'hex')::uuid $$;

-- Makes the partitions of these days that are missing.
CREATE FUNCTION ensure_interaction_days(days date[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE d date;
BEGIN
  FOR d IN SELECT DISTINCT one FROM unnest(days) AS one ORDER BY one LOOP
    CONTINUE WHEN to_regclass('interactions_' || to_char(d, 'YYYYMMDD')) IS NOT NULL;
    PERFORM pg_advisory_xact_lock(hashtext('interaction partitions'));
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF interactions FOR VALUES FROM (%L) TO (%L)',
      'interactions_' || to_char(d, 'YYYYMMDD'), d, d + 1);
  END LOOP;
END $$;

SELECT ensure_interaction_days(ARRAY(
  SELECT (occurred_at AT TIME ZONE 'UTC')::date FROM interactions_before
  UNION SELECT (engawa_now() AT TIME ZONE 'UTC')::date + n FROM generate_series(-1, 3) n));
INSERT INTO interactions (day, message_key, brand_id, subject_id, name, source, show_id, product_id, order_id, quantity, amount, occurred_at, received_at)
  SELECT (b.occurred_at AT TIME ZONE 'UTC')::date, encode(substr(b.message_key, 1, 16), 'hex')::uuid, b.brand_id, b.viewer_id,
         CASE WHEN b.name = 'Live Joined' AND NOT (b.occurred_at >= s.live_since AND b.occurred_at <= COALESCE(s.ended_at, 'infinity'))
              THEN 'Room Joined' ELSE b.name END,
         CASE WHEN b.name IN ('Checkout Started', 'Order Completed') THEN 'ledger' ELSE 'room' END,
         b.show_id, CASE WHEN b.name <> 'Order Completed' THEN b.product_id END, o.id,
         CASE WHEN o.id IS NULL THEN b.quantity ELSE (SELECT sum(quantity) FROM order_lines l WHERE l.order_id = o.id) END,
         o.total_amount, b.occurred_at, b.received_at
  FROM interactions_before b LEFT JOIN shows s ON s.id = b.show_id
  LEFT JOIN orders o ON b.name = 'Order Completed' AND o.show_id = b.show_id AND o.viewer_id = b.viewer_id
    AND b.message_key = sha256(convert_to(o.brand_id || ':order:' || o.id, 'UTF8'))
  WHERE b.viewer_id IS NOT NULL ORDER BY b.id;
DROP TABLE interactions_before;

-- Who is who. A subject is an identifier as it was seen: a viewer (a browser of ours) is their own subject, all others are named here.
CREATE TABLE subjects (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  kind text NOT NULL CONSTRAINT subjects_kind_known CHECK (kind IN ('anonymous', 'user', 'email')),
  value text NOT NULL CONSTRAINT subjects_value_said CHECK (value <> ''),
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT subjects_once UNIQUE (brand_id, kind, value)
);
CREATE TABLE persons (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  created_at timestamptz NOT NULL DEFAULT engawa_now()
);
CREATE INDEX persons_brand ON persons (brand_id, created_at);
CREATE TABLE identity_merges (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  from_person_id uuid NOT NULL,
  into_person_id uuid NOT NULL REFERENCES persons,
  evidence jsonb NOT NULL,
  merged_at timestamptz NOT NULL DEFAULT engawa_now(),
  undone_at timestamptz,
  undone_by uuid REFERENCES members
);
CREATE TABLE identity_links (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  subject_id uuid NOT NULL,
  person_id uuid NOT NULL REFERENCES persons,
  state text NOT NULL CONSTRAINT identity_links_state_known CHECK (state IN ('pending', 'proven')),
  source text NOT NULL,
  evidence jsonb NOT NULL DEFAULT '{}',
  merge_id uuid REFERENCES identity_merges,
  linked_at timestamptz NOT NULL DEFAULT engawa_now(),
  undone_at timestamptz,
  undone_by uuid REFERENCES members
);
CREATE UNIQUE INDEX identity_links_one_person ON identity_links (brand_id, subject_id) INCLUDE (person_id)
  WHERE state = 'proven' AND undone_at IS NULL;
CREATE INDEX identity_links_subject ON identity_links (subject_id);
CREATE INDEX identity_links_person ON identity_links (person_id);
CREATE VIEW person_links AS
  SELECT brand_id, subject_id, person_id FROM identity_links WHERE state = 'proven' AND undone_at IS NULL;
CREATE TABLE person_attributes (
  brand_id uuid NOT NULL REFERENCES brands,
  subject_id uuid NOT NULL,
  name text NOT NULL,
  source text NOT NULL,
  value jsonb NOT NULL,
  set_at timestamptz NOT NULL,
  PRIMARY KEY (brand_id, subject_id, name, source)
);

-- Rollups: added up from the log by its ids. Days are of the brand's zone at the time of the rollup.
CREATE TABLE rollups (
  name text PRIMARY KEY,
  done_id bigint NOT NULL DEFAULT 0,
  done_at timestamptz
);
INSERT INTO rollups (name, done_at) VALUES ('activity', NULL), ('ledger', engawa_now() - interval '1 day');
CREATE INDEX holds_created ON holds USING brin (created_at) WITH (autosummarize = on);
CREATE INDEX orders_paid ON orders USING brin (paid_at) WITH (autosummarize = on);
CREATE INDEX refunds_created ON refunds USING brin (created_at) WITH (autosummarize = on);
CREATE INDEX chat_messages_sent ON chat_messages USING brin (sent_at) WITH (autosummarize = on);
CREATE TABLE show_activity (
  show_id uuid NOT NULL,
  brand_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  name text NOT NULL,
  product_id uuid,
  count integer NOT NULL,
  quantity bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  CONSTRAINT show_activity_once UNIQUE NULLS NOT DISTINCT (show_id, subject_id, name, product_id)
);
CREATE INDEX show_activity_subject ON show_activity (subject_id);
CREATE TABLE show_seconds (
  show_id uuid NOT NULL,
  second timestamptz NOT NULL,
  name text NOT NULL,
  count integer NOT NULL,
  quantity bigint NOT NULL,
  PRIMARY KEY (show_id, second, name)
);
CREATE TABLE day_activity (
  brand_id uuid NOT NULL,
  day date NOT NULL,
  subject_id uuid NOT NULL,
  name text NOT NULL,
  count integer NOT NULL,
  quantity bigint NOT NULL,
  last_at timestamptz NOT NULL,
  PRIMARY KEY (brand_id, day, subject_id, name)
);
CREATE INDEX day_activity_subject ON day_activity (subject_id);
CREATE TABLE visits (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL,
  subject_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  events integer NOT NULL,
  show_id uuid,
  context jsonb,
  CONSTRAINT visits_forward CHECK (ended_at >= started_at)
);
CREATE INDEX visits_subject ON visits (brand_id, subject_id, started_at);
CREATE INDEX visits_time ON visits (brand_id, started_at);
CREATE INDEX watch_intervals_viewer ON watch_intervals (viewer_id, started_at);
`);
  }

  async down(): Promise<void> {
    throw new Error('The log is not folded back into one table.');
  }
}
