import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { exploreApi } from '#contracts/explore';
import { funnel } from '#insight/funnel';
import { cohortRetention } from '#insight/retention';
import { sessions } from '#insight/sessions';
import type { CohortQuery } from '../../apps/api/src/insights/analytics/analytics.ts';
import { ensureDependencies } from '../../tools/prepare/dependencies.mjs';
import { codeOf, startApi, type Api } from '../support/api.ts';
import { Random } from '../support/random.ts';

/** Random logs to compare; `TEST_ANALYTICS_LOGS=1000` for all that the design asks for. */
const LOGS = Number(process.env.TEST_ANALYTICS_LOGS ?? 100);
const SEED = Number(process.env.TEST_SEED ?? 20_261_122);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;
const START = Date.parse('2026-10-01T00:00:00Z');
const names = ['A', 'B', 'C', 'Order Refunded'];
const zones = ['Asia/Tokyo', 'UTC', 'America/New_York', 'Asia/Kathmandu'];

class Dice extends Random {
  below(count: number): number {
    return this.int(0, count - 1);
  }
}

interface Event {
  subject: string;
  name: string;
  at: number;
}
interface Watch {
  show: string;
  subject: string;
  from: number;
  to: number;
}
interface Log {
  brand: string;
  zone: string;
  show: string;
  events: Event[];
  watches: Watch[];
  /** Subject -> person, for those who are linked now. */
  persons: Map<string, string>;
  /** Links that were undone: nothing may follow from them. */
  undone: [string, string][];
}

let api: Api;
let engine: ChildProcess;
let client: ClickHouseClient;
beforeAll(async () => {
  const folder = join(import.meta.dirname, '../clickhouse');
  await ensureDependencies(folder);
  api = await startApi();
  engine = fork(join(folder, 'serve.mjs'), { cwd: folder, execArgv: [], env: { PATH: process.env.PATH } });
  const [{ port }] = (await once(engine, 'message')) as [{ port: number }];
  client = createClient({ url: `http://127.0.0.1:${port}` });
}, 600_000);
afterAll(async () => {
  await client?.close();
  engine?.disconnect();
  await api?.stop();
});

function randomLog(random: Dice): Log {
  const subjects = Array.from({ length: 1 + random.below(6) }, () => randomUUID());
  const people = Array.from({ length: 1 + random.below(3) }, () => randomUUID());
  const persons = new Map<string, string>();
  const undone: [string, string][] = [];
  for (const subject of subjects) {
    const person = people[random.below(people.length)]!;
    const luck = random.below(3);
    if (luck === 0) persons.set(subject, person);
    if (luck === 1) undone.push([subject, person]);
  }
  const span = [3 * 3600 * SECOND, 4 * DAY, 30 * DAY][random.below(3)]!;
  const moment = () => START + Math.floor(random.below(span) / (MINUTE / 2)) * (MINUTE / 2); // many at one moment
  const someone = () => subjects[random.below(subjects.length)]!;
  const events = Array.from({ length: random.below(50) }, () => ({
    subject: someone(),
    name: names[random.below(names.length)]!,
    at: moment(),
  }));
  const [show, other] = [randomUUID(), randomUUID()];
  const watches = Array.from({ length: random.below(8) }, () => {
    const from = moment();
    const to = from + random.below(90 * 60) * SECOND;
    return { show: random.below(4) === 0 ? other : show, subject: someone(), from, to };
  });
  for (const { subject, from } of watches) events.push({ subject, name: 'A', at: from }); // nobody watches without having come
  return { brand: randomUUID(), zone: zones[random.below(zones.length)]!, show, events, watches, persons, undone };
}

/** Writes logs as they would come: in two parts, the rollups going over each. */
async function write(logs: Log[], random: Dice): Promise<void> {
  const { RollupsService } = await import('../../apps/api/src/engagement/index.ts');
  for (const log of logs) {
    await api.database.sql(`INSERT INTO brands (id, slug, name, currency, time_zone) VALUES ($1, $2, 'x', 'JPY', $3)`, [
      log.brand,
      `b-${log.brand}`,
      log.zone,
    ]);
    await api.database.sql(
      `INSERT INTO persons (id, brand_id) SELECT DISTINCT id, $1::uuid FROM unnest($2::uuid[]) AS id`,
      [log.brand, [...log.persons.values(), ...log.undone.map(([, person]) => person)]],
    );
    const link = (subject: string, person: string, undoneAt: string | null) =>
      api.database.sql(
        `INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source, undone_at) VALUES (gen_random_uuid(), $1, $2, $3, 'proven', 'code', $4)`,
        [log.brand, subject, person, undoneAt],
      );
    for (const [subject, person] of log.persons) await link(subject, person, null);
    for (const [subject, person] of log.undone) await link(subject, person, new Date().toISOString());
  }
  await api.database.sql(
    `INSERT INTO watch_intervals (id, brand_id, show_id, viewer_id, started_at, ended_at)
     SELECT gen_random_uuid(), * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::timestamptz[])`,
    columns(
      logs.flatMap((log) => log.watches.map((one) => [log.brand, one.show, one.subject, iso(one.from), iso(one.to)])),
      5,
    ),
  );
  const rows = logs.flatMap((log) => log.events.map((event) => [log.brand, event.subject, event.name, iso(event.at)]));
  await api.database.sql(
    `SELECT ensure_interaction_days(ARRAY(SELECT ($1::date + n) FROM generate_series(-1, 32) n))`,
    [iso(START)],
  );
  const late = rows.filter(() => random.below(3) === 0);
  const early = rows.filter((row) => !late.includes(row));
  for (const part of [early, late]) {
    await api.database.sql(
      `INSERT INTO interactions (day, message_key, brand_id, subject_id, name, source, occurred_at)
       SELECT (at AT TIME ZONE 'UTC')::date, gen_random_uuid(), brand, subject, name, 'server', at
       FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[]) AS e (brand, subject, name, at)`,
      columns(part, 4),
    );
    await api.app.get(RollupsService).catchUp();
  }
}

const iso = (at: number) => new Date(at).toISOString();
const columns = (rows: unknown[][], count: number) =>
  Array.from({ length: count }, (_, column) => rows.map((row) => row[column]));

it(`answers alike from PostgreSQL, ClickHouse and by definition on ${LOGS} random logs (seed ${SEED})`, async () => {
  const { PostgresAnalytics } = await import('../../apps/api/src/insights/analytics/postgres-analytics.ts');
  const { ClickHouseAnalytics } = await import('../../apps/api/src/insights/analytics/clickhouse-analytics.ts');
  const { ClickHouseCopy } = await import('../../apps/api/src/insights/analytics/clickhouse-copy.ts');
  const { intervalOf } = await import('../../apps/api/src/insights/analytics/analytics.ts');
  const random = new Dice(SEED);
  const logs = Array.from({ length: LOGS }, () => randomLog(random));
  await write(logs, random);
  const copy = new ClickHouseCopy(api.database, client);
  await copy.catchUp();
  await copy.catchUp(); // what overlaps comes again and changes nothing
  const zones = new Map(logs.map(({ brand, zone }) => [brand, zone]));
  const ours = new PostgresAnalytics(api.database);
  const theirs = new ClickHouseAnalytics(client, (brand) => Promise.resolve(zones.get(brand)!));

  let answers = 0;
  for (const log of logs) {
    const { rows } = await api.database.sql<{ subject: string; name: string; at: Date; id: string }>(
      `SELECT subject_id AS subject, name, occurred_at AS at, id FROM interactions WHERE brand_id = $1`,
      [log.brand],
    );
    const personOf = (subject: string) => log.persons.get(subject) ?? subject;
    const deeds = rows.map((row) => ({
      person: personOf(row.subject),
      name: row.name,
      at: row.at.getTime(),
      sequence: Number(row.id),
    }));

    // A funnel of one to four steps, some of them the same.
    const from = START + random.below(10) * 3600 * SECOND;
    const period = { from: new Date(from), to: new Date(from + 1 + random.below(40 * DAY)) };
    const within = (at: number) => at >= period.from.getTime() && at < period.to.getTime();
    const steps = Array.from({ length: 1 + random.below(4) }, () => names[random.below(3)]!);
    const windowSeconds = [1, 30, 3600, 86_400 * 3][random.below(4)]!;
    const reached = funnel(
      deeds.filter(({ at }) => within(at)),
      steps.map((name) => (deed: { name: string }) => deed.name === name),
      windowSeconds * SECOND,
    ).map(({ persons }) => persons);
    expect(await ours.funnel(log.brand, { ...period, steps, windowSeconds })).toEqual(reached);
    expect(await theirs.funnel(log.brand, { ...period, steps, windowSeconds })).toEqual(reached);

    // Sessions: what somebody watched is a sign of theirs all the while.
    const signs = deeds.filter(({ name }) => name !== 'Order Refunded');
    const watching = log.watches.flatMap(({ subject, from: begin, to }) =>
      [...Array(Math.ceil((to - begin) / (10 * MINUTE)) + 1).keys()].map((step) => ({
        person: personOf(subject),
        at: Math.min(to, begin + step * 10 * MINUTE),
      })),
    );
    const begun = sessions([...signs, ...watching]).filter((session) => within(session.from));
    const wanted = { sessions: begun.length, persons: new Set(begun.map(({ person }) => person)).size };
    expect(await ours.sessions(log.brand, period)).toEqual(wanted);
    expect(await theirs.sessions(log.brand, period)).toEqual(wanted);

    // Cohorts of days, weeks or months of the brand's zone.
    const unit = (['day', 'week', 'month'] as const)[random.below(3)]!;
    const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone: log.zone });
    const intervals = deeds.map(({ person, name, at }) => ({
      person,
      name,
      interval: intervalOf(unit, dayOf.format(at)),
    }));
    const first = intervalOf(unit, '2026-09-30');
    const query: CohortQuery = {
      ...{ unit, from: first, to: first + random.below(12), horizon: random.below(6) },
      name: random.below(2) === 0 ? null : 'B',
      cohorts: random.below(2) === 0 ? 'first' : 'recurring',
      counting: random.below(2) === 0 ? 'exact' : 'rolling',
    };
    const table = cohortRetention(
      intervals.filter(({ name }) => query.name === null || name === query.name),
      { ...query, finished: Infinity },
    ).flatMap(({ interval, cells }) =>
      cells
        .map((cell, after) => ({ cohort: interval, after, persons: cell!.active }))
        .filter(({ persons }) => persons > 0),
    );
    expect(await ours.cohorts(log.brand, query)).toEqual(table);
    expect(await theirs.cohorts(log.brand, query)).toEqual(table);

    const seconds = new Set<string>();
    const views = log.watches.filter(({ show, from: begin, to }) => show === log.show && to > begin);
    for (const { subject, from: begin, to } of views) {
      for (let at = begin; at < to; at += SECOND) seconds.add(`${personOf(subject)} ${at}`);
    }
    const watched = {
      seconds: seconds.size,
      views: views.length,
      viewers: new Set(views.map(({ subject }) => personOf(subject))).size,
    };
    expect(await ours.watchTime(log.brand, log.show)).toEqual(watched);
    expect(await theirs.watchTime(log.brand, log.show)).toEqual(watched);
    answers += 8;
  }
  console.log(`${answers} answers were what the definition says`);
}, 3_600_000);

describe('a copy of what is erased and relinked', () => {
  it('follows', async () => {
    const { ClickHouseAnalytics } = await import('../../apps/api/src/insights/analytics/clickhouse-analytics.ts');
    const { ClickHouseCopy } = await import('../../apps/api/src/insights/analytics/clickhouse-copy.ts');
    const random = new Dice(SEED + 1);
    const log = { ...randomLog(random), watches: [], undone: [], zone: 'UTC' };
    const [phone, laptop] = [randomUUID(), randomUUID()];
    const person = randomUUID();
    log.persons = new Map([
      [phone, person],
      [laptop, person],
    ]);
    log.events = [
      { subject: phone, name: 'A', at: START },
      { subject: laptop, name: 'B', at: START + MINUTE },
    ];
    await write([log], random);
    const copy = new ClickHouseCopy(api.database, client);
    const theirs = new ClickHouseAnalytics(client, () => Promise.resolve('UTC'));
    const query = { from: new Date(START), to: new Date(START + DAY), steps: ['A', 'B'], windowSeconds: 3600 };
    await copy.catchUp();
    expect(await theirs.funnel(log.brand, query)).toEqual([1, 1]);
    await api.database.sql(`UPDATE identity_links SET undone_at = engawa_now() WHERE subject_id = $1`, [laptop]);
    await copy.catchUp();
    expect(await theirs.funnel(log.brand, query)).toEqual([1, 0]);
    await api.database.sql(`INSERT INTO analytics_erasures (brand_id, subject_ids, moved_ids) VALUES ($1, $2, '{}')`, [
      log.brand,
      [phone],
    ]);
    await copy.catchUp();
    expect(await theirs.funnel(log.brand, query)).toEqual([0, 0]);
  });
});

it('answers a marketer over HTTP, of the own brand', async () => {
  const owner = await api.staff();
  const period = { from: iso(START), to: iso(START + DAY) };
  const ask = (steps: string[]) => api.call(exploreApi.funnel, { steps, windowSeconds: 60, ...period }, owner);
  expect((await ask(['Live Joined', 'Product Clicked'])).steps).toEqual([
    { name: 'Live Joined', persons: 0, ofFirst: null, ofPrevious: null },
    { name: 'Product Clicked', persons: 0, ofFirst: null, ofPrevious: null },
  ]);
  expect(await codeOf(ask([]))).toBe('invalid_request');
  expect(await api.call(exploreApi.sessions, period, owner)).toEqual({ sessions: 0, persons: 0, frequency: null });
  const { cohorts } = await api.call(
    exploreApi.cohorts,
    {
      unit: 'month',
      name: null,
      from: '2026-10-01',
      to: '2027-03-01',
      horizon: 2,
      cohorts: 'first',
      counting: 'exact',
    },
    owner,
  );
  expect(cohorts).toHaveLength(6);
  expect(cohorts[5]!.cells).toEqual([null, null, null]);
});
