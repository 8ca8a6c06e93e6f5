import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What persons did, by show and by day, and how many they were. Each row of a person says when they did the same for the last time before:
 * the distinct people of any time are then those whose last time lies before it, a sum over few rows instead of a count of all.
 */
export class PersonRollups1764090000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
CREATE TABLE show_people (
  show_id uuid NOT NULL,
  person_id uuid NOT NULL,
  brand_id uuid NOT NULL,
  viewed boolean NOT NULL,
  engaged boolean NOT NULL,
  watched_ms bigint NOT NULL,
  impressions integer NOT NULL,
  clicks integer NOT NULL,
  -- begin of the last show before this one of which the same is true
  viewed_before timestamptz NOT NULL DEFAULT '-infinity',
  engaged_before timestamptz NOT NULL DEFAULT '-infinity',
  saw_before timestamptz NOT NULL DEFAULT '-infinity',
  clicked_before timestamptz NOT NULL DEFAULT '-infinity',
  PRIMARY KEY (show_id, person_id)
);
CREATE INDEX show_people_person ON show_people (person_id);
CREATE TABLE show_audiences (
  show_id uuid NOT NULL,
  kind text NOT NULL CONSTRAINT show_audiences_kind_known CHECK (kind IN ('viewed', 'engaged', 'saw', 'clicked')),
  before timestamptz NOT NULL,
  persons integer NOT NULL,
  quantity bigint NOT NULL,
  PRIMARY KEY (show_id, kind, before)
);
CREATE TABLE person_sessions (
  brand_id uuid NOT NULL,
  person_id uuid NOT NULL,
  day date NOT NULL,
  sessions integer NOT NULL,
  day_before date NOT NULL,
  PRIMARY KEY (brand_id, person_id, day)
);
CREATE TABLE session_days (
  brand_id uuid NOT NULL,
  day date NOT NULL,
  day_before date NOT NULL,
  persons integer NOT NULL,
  sessions integer NOT NULL,
  PRIMARY KEY (brand_id, day, day_before)
);

CREATE FUNCTION count_show_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO show_audiences AS a
      SELECT show_id, kind, before, -count(*), -sum(quantity) FROM old_rows, LATERAL (VALUES ('viewed', viewed, viewed_before, watched_ms),
        ('engaged', engaged, engaged_before, 0), ('saw', impressions > 0, saw_before, impressions), ('clicked', clicks > 0, clicked_before, clicks)) k (kind, is_so, before, quantity)
      WHERE is_so GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      ON CONFLICT (show_id, kind, before) DO UPDATE SET persons = a.persons + EXCLUDED.persons, quantity = a.quantity + EXCLUDED.quantity;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO show_audiences AS a
      SELECT show_id, kind, before, count(*), sum(quantity) FROM new_rows, LATERAL (VALUES ('viewed', viewed, viewed_before, watched_ms),
        ('engaged', engaged, engaged_before, 0), ('saw', impressions > 0, saw_before, impressions), ('clicked', clicks > 0, clicked_before, clicks)) k (kind, is_so, before, quantity)
      WHERE is_so GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      ON CONFLICT (show_id, kind, before) DO UPDATE SET persons = a.persons + EXCLUDED.persons, quantity = a.quantity + EXCLUDED.quantity;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER show_people_added AFTER INSERT ON show_people REFERENCING NEW TABLE AS new_rows EXECUTE FUNCTION count_show_people();
CREATE TRIGGER show_people_changed AFTER UPDATE ON show_people REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows EXECUTE FUNCTION count_show_people();
CREATE TRIGGER show_people_gone AFTER DELETE ON show_people REFERENCING OLD TABLE AS old_rows EXECUTE FUNCTION count_show_people();

CREATE FUNCTION count_person_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO session_days AS d SELECT brand_id, day, day_before, -count(*), -sum(sessions) FROM old_rows GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      ON CONFLICT (brand_id, day, day_before) DO UPDATE SET persons = d.persons + EXCLUDED.persons, sessions = d.sessions + EXCLUDED.sessions;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO session_days AS d SELECT brand_id, day, day_before, count(*), sum(sessions) FROM new_rows GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      ON CONFLICT (brand_id, day, day_before) DO UPDATE SET persons = d.persons + EXCLUDED.persons, sessions = d.sessions + EXCLUDED.sessions;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER person_sessions_added AFTER INSERT ON person_sessions REFERENCING NEW TABLE AS new_rows EXECUTE FUNCTION count_person_sessions();
CREATE TRIGGER person_sessions_changed AFTER UPDATE ON person_sessions REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows EXECUTE FUNCTION count_person_sessions();
CREATE TRIGGER person_sessions_gone AFTER DELETE ON person_sessions REFERENCING OLD TABLE AS old_rows EXECUTE FUNCTION count_person_sessions();

-- A show whose people were added up once more after its end.
CREATE TABLE show_people_closings (
  show_id uuid PRIMARY KEY REFERENCES shows ON DELETE CASCADE,
  closed_at timestamptz NOT NULL DEFAULT engawa_now()
);
-- Persons, or subjects of theirs, whose identity is not what it was.
CREATE TABLE person_moves (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  brand_id uuid NOT NULL,
  person_id uuid NOT NULL
);
CREATE FUNCTION note_person_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO person_moves (brand_id, person_id)
    SELECT COALESCE(NEW.brand_id, OLD.brand_id), id
    FROM unnest(ARRAY[NEW.subject_id, NEW.person_id, OLD.subject_id, OLD.person_id]) AS id WHERE id IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER identity_links_move AFTER INSERT OR UPDATE OR DELETE ON identity_links
  FOR EACH ROW EXECUTE FUNCTION note_person_move();
INSERT INTO person_moves (brand_id, person_id) SELECT brand_id, person_id FROM person_links;
INSERT INTO rollups (name) VALUES ('persons');
CREATE INDEX shows_live ON shows (brand_id, live_since);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP INDEX shows_live;
DELETE FROM rollups WHERE name = 'persons';
DROP TRIGGER identity_links_move ON identity_links;
DROP TABLE person_moves, show_people_closings, session_days, person_sessions, show_audiences, show_people;
DROP FUNCTION note_person_move, count_show_people, count_person_sessions;
`);
  }
}
