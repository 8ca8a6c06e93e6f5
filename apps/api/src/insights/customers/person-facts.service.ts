import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LIFECYCLE_RULES } from '#insight/lifecycle';
import { ENGAGEMENT_RULES } from '#insight/scores';
import { logger } from '#platform/logger';
import { Database, type Tx } from '../../database/index.ts';
import { isBehind } from '../../engagement/index.ts';
import { judge, readPersons, type PersonRow } from './person-facts.queries.ts';
import { searchable } from './search.ts';

const LOOK_EVERY_MS = 5_000;
/** Ranks are among all customers of the brand: a busy show does not ask for them at each look. */
const RANK_EVERY_MS = 60_000;
/** A backlog of the log touches the same persons in every part: until it is added up, their facts wait. */
const BACKLOG_ROWS = 500_000;
const MAX_PERSONS = 1_000;
/** What somebody watched is written a moment after they have left. */
const LEFT_SETTLES = '3 seconds';
/** Who did no more than come by is no row of the list. */
const MIN_WATCH_SECONDS = 60;
const passing = new Set(['Room Joined', 'Live Joined', 'Live Left', 'Replay Watched', 'Product Viewed', 'Page Viewed']);
/** Only one process at a time makes facts. */
const LOCK = `hashtext('person facts')`;

/**
 * Keeps `person_facts` true: whoever did something, by the log; whoever was linked, merged, undone, refunded or asked for consent, by triggers; and
 * everybody once a day, because stages and scores age.
 */
@Injectable()
export class PersonFactsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;
  readonly #unranked = new Set<string>();
  readonly #rankedAt = new Map<string, number>();

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.#again();
  }

  beforeApplicationShutdown(): void {
    this.#stopping = true;
    clearTimeout(this.#timer);
  }

  /** Brings the facts up to what the log's rollups know, without waiting for anything to settle. */
  async catchUp(): Promise<void> {
    await this.#pass('infinity');
  }

  #again(): void {
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  async #look(): Promise<void> {
    try {
      await this.#pass('now');
    } catch (error) {
      if (!this.#stopping) logger.warn({ err: error }, 'facts of persons were not made, trying again');
    }
    if (!this.#stopping) this.#again();
  }

  async #pass(due: 'now' | 'infinity'): Promise<void> {
    if (due === 'now' && (await isBehind(this.database, 'persons', BACKLOG_ROWS))) return;
    await this.#readLog();
    await this.#noteNewDays();
    for (let some = await this.#refresh(due); some !== null; some = await this.#refresh(due)) {
      for (const brandId of some) this.#unranked.add(brandId);
    }
    for (const brandId of this.#unranked) {
      const rankedAt = this.#rankedAt.get(brandId) ?? -Infinity;
      if (due === 'now' && performance.now() - rankedAt < RANK_EVERY_MS) continue;
      await this.#rank(brandId);
      this.#rankedAt.set(brandId, performance.now());
      this.#unranked.delete(brandId);
    }
  }

  /** Whoever is in what has been added to the log. */
  async #readLog(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.sql(`SET LOCAL statement_timeout = '10min'`);
      const { rows } = await tx.sql<{ from: string; to: string }>(
        `SELECT p.done_id AS from, a.done_id AS to FROM rollups p, rollups a
         WHERE p.name = 'people' AND a.name = 'activity' FOR UPDATE OF p`,
      );
      const { from, to } = rows[0]!;
      if (Number(to) <= Number(from)) return;
      await tx.sql(
        `INSERT INTO person_changes (brand_id, person_id, due_at)
         SELECT brand_id, subject_id, now() + CASE WHEN bool_or(name = 'Live Left') THEN interval '${LEFT_SETTLES}' ELSE '0' END
         FROM interactions WHERE id > $1 AND id <= $2 GROUP BY 1, 2`,
        [from, to],
      );
      await tx.sql(`UPDATE rollups SET done_id = $1, done_at = engawa_now() WHERE name = 'people'`, [to]);
    });
  }

  /** Of brands where another day has begun, everybody. */
  async #noteNewDays(): Promise<void> {
    await this.database.sql(
      `WITH begun AS (
         INSERT INTO person_days AS d (brand_id, day)
         SELECT DISTINCT b.id, (engawa_now() AT TIME ZONE b.time_zone)::date FROM brands b WHERE EXISTS (SELECT FROM person_facts f WHERE f.brand_id = b.id)
         ON CONFLICT (brand_id) DO UPDATE SET day = EXCLUDED.day WHERE d.day <> EXCLUDED.day RETURNING brand_id
       )
       INSERT INTO person_changes (brand_id, person_id) SELECT f.brand_id, f.person_id FROM begun JOIN person_facts f USING (brand_id)`,
    );
  }

  /** @returns whose persons were made anew; null when there was nothing to do, or another process is at it */
  async #refresh(due: 'now' | 'infinity'): Promise<string[] | null> {
    return this.database.transaction(async (tx) => {
      const lock =
        due === 'now' ? `pg_try_advisory_xact_lock(${LOCK})` : `(pg_advisory_xact_lock(${LOCK}) IS NOT NULL)`;
      await tx.sql(`SET LOCAL statement_timeout = '10min'`);
      const { rows: locked } = await tx.sql<{ mine: boolean }>(`SELECT ${lock} AS mine`);
      if (!locked[0]!.mine) return null;
      const { rows } = await tx.sql<{ brand_id: string; ids: string[] }>(
        `WITH taken AS (
           DELETE FROM person_changes WHERE id IN (SELECT id FROM person_changes WHERE due_at <= $1::timestamptz ORDER BY id LIMIT ${MAX_PERSONS})
           RETURNING brand_id, person_id
         ) SELECT brand_id, array_agg(DISTINCT person_id) AS ids FROM taken GROUP BY 1`,
        [due],
      );
      for (const { brand_id, ids } of rows) await refreshPersons(tx, brand_id, ids);
      return rows.length === 0 ? null : rows.map((row) => row.brand_id);
    });
  }

  /** Quintiles among the brand's customers, as `#insight/rfm` has them: 1 + ⌊5 × strictly worse / all⌋. */
  async #rank(brandId: string): Promise<void> {
    await this.database.sql(
      `WITH buyer AS (
         SELECT f.person_id, f.r, f.f, f.m, f.orders, f.average_amount, (f.last_order_at AT TIME ZONE b.time_zone)::date AS last_day
         FROM person_facts f JOIN brands b ON b.id = f.brand_id WHERE f.brand_id = $1 AND f.orders > 0
       ), ranked AS (
         SELECT person_id, r AS old_r, f AS old_f, m AS old_m,
                1 + 5 * (rank() OVER (ORDER BY last_day) - 1) / count(*) OVER () AS r,
                1 + 5 * (rank() OVER (ORDER BY orders) - 1) / count(*) OVER () AS f,
                1 + 5 * (rank() OVER (ORDER BY average_amount) - 1) / count(*) OVER () AS m
         FROM buyer
       )
       UPDATE person_facts p SET r = n.r, f = n.f, m = n.m FROM ranked n
       WHERE p.brand_id = $1 AND p.person_id = n.person_id AND (old_r, old_f, old_m) IS DISTINCT FROM (n.r::smallint, n.f::smallint, n.m::smallint)`,
      [brandId],
    );
  }
}

/** Rows of these persons, or of whom these subjects are now, made anew; rows that stand for nobody any more are taken away. */
async function refreshPersons(tx: Tx, brandId: string, ids: string[]): Promise<void> {
  const persons = (await readPersons(tx, brandId, ids)).filter(isOfNote);
  const kept = new Set(persons.map((person) => person.person_id));
  await tx.sql(`DELETE FROM person_facts WHERE brand_id = $1 AND person_id = ANY($2)`, [
    brandId,
    ids.filter((id) => !kept.has(id)),
  ]);
  await tx.sql(
    `INSERT INTO person_facts (brand_id, person_id, is_guest, name, nickname, email, search, nickname_search, stage, stage_version, score_version, engagement_score,
       first_seen_at, last_seen_at, first_order_at, last_order_at, orders, gmv_amount, net_amount, average_amount, shows, watch_seconds, visits, messages,
       clicks, source, consent)
     SELECT $1, person_id, is_guest, name, nickname, email, search, nickname_search, stage, ${LIFECYCLE_RULES.version}, ${ENGAGEMENT_RULES.version}, engagement_score,
       first_seen_at, last_seen_at, first_order_at, last_order_at, orders, gmv_amount, net_amount, net_amount::float8 / NULLIF(orders, 0), shows,
       watch_seconds, visits, messages, clicks, source, consent
     FROM jsonb_to_recordset($2::jsonb) AS p (person_id uuid, is_guest boolean, name text, nickname text, email text, search text, nickname_search text, stage text,
       engagement_score float8, first_seen_at timestamptz, last_seen_at timestamptz, first_order_at timestamptz, last_order_at timestamptz, orders int,
       gmv_amount bigint, net_amount bigint, shows int, watch_seconds int, visits int, messages int, clicks int, source text, consent boolean)
     ON CONFLICT (brand_id, person_id) DO UPDATE SET is_guest = EXCLUDED.is_guest, name = EXCLUDED.name, nickname = EXCLUDED.nickname, email = EXCLUDED.email,
       search = EXCLUDED.search, nickname_search = EXCLUDED.nickname_search, stage = EXCLUDED.stage, stage_version = EXCLUDED.stage_version,
       score_version = EXCLUDED.score_version, engagement_score = EXCLUDED.engagement_score, first_seen_at = EXCLUDED.first_seen_at,
       last_seen_at = EXCLUDED.last_seen_at, first_order_at = EXCLUDED.first_order_at, last_order_at = EXCLUDED.last_order_at, orders = EXCLUDED.orders,
       gmv_amount = EXCLUDED.gmv_amount, net_amount = EXCLUDED.net_amount, average_amount = EXCLUDED.average_amount, shows = EXCLUDED.shows,
       watch_seconds = EXCLUDED.watch_seconds, visits = EXCLUDED.visits, messages = EXCLUDED.messages, clicks = EXCLUDED.clicks, source = EXCLUDED.source,
       consent = EXCLUDED.consent, refreshed_at = engawa_now()`,
    [brandId, JSON.stringify(persons.map(factsOf))],
  );
}

/** Customers, those who are known, and guests who did something. */
function isOfNote(person: PersonRow): boolean {
  return (
    person.is_proven ||
    person.orders > 0 ||
    person.watch_seconds >= MIN_WATCH_SECONDS ||
    Object.keys(person.did).some((name) => !passing.has(name))
  );
}

/** What is kept of a person, but for what depends on others. */
export function factsOf(person: PersonRow) {
  return {
    person_id: person.person_id,
    is_guest: isGuest(person),
    name: person.name || person.nickname,
    nickname: person.nickname,
    email: person.email,
    search: searchable([person.name, person.nickname, ...person.emails, ...person.numbers]),
    nickname_search: searchable([person.nickname, ...person.numbers]),
    ...(({ stage, engagementScore }) => ({ stage, engagement_score: engagementScore }))(judge(person)),
    first_seen_at: person.first_seen_at,
    last_seen_at: person.last_seen_at,
    first_order_at: person.first_order_at,
    last_order_at: person.last_order_at,
    orders: person.orders,
    gmv_amount: person.gmv_amount,
    net_amount: person.net_amount,
    shows: person.shows,
    watch_seconds: Math.round(person.watch_seconds),
    visits: person.visits,
    messages: person.did['Chat Sent']?.count ?? 0,
    clicks: person.did['Product Clicked']?.count ?? 0,
    source: person.source,
    consent: person.consent,
  };
}

const isGuest = (person: PersonRow) => person.orders === 0 && !person.is_proven;
