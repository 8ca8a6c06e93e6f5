import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { accountsApi } from '#contracts/accounts';
import { collectorApi } from '#contracts/collector';
import { ServerProcess } from '../soak/processes.ts';
import { eventually } from '../support/api.ts';
import { basic, tracked } from '../support/collector.ts';
import { freePorts } from '../support/ports.ts';

const KILLS = 3;
const SENDERS = 8;

/** Also where the test has failed: whoever sends must not outlive it. */
let ending = false;
const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  ending = true;
  for (const close of closers.reverse()) await close();
});

/** The built api in a process of its own, which starts again when it ends. */
async function startBuiltApi() {
  const [port] = (await freePorts(1)) as [number];
  const dir = process.env.ENGAWA_DATA_DIR!;
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(dir, 'api.log');
  const api = new ServerProcess({
    ...{ app: 'api', url, health: '/api/health', logFile },
    env: {
      DATABASE_URL: process.env.DATABASE_URL!,
      ENGAWA_DATA_DIR: dir,
      ENGAWA_SECRET: process.env.ENGAWA_SECRET!,
      ...{ PORT: String(port), PUBLIC_URL: url, LOG_LEVEL: 'info' },
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
      STRIPE_WEBHOOK_SECRET: 'whsec_test',
      STRIPE_API_URL: 'http://127.0.0.1:9',
    },
  });
  closers.push(() => api.stop());
  await api.start();
  const setupCode = await eventually(() => /"setupCode":"(\w+)"/.exec(readFileSync(logFile, 'utf8'))?.[1]);
  return { api, url, setupCode };
}

it('loses nothing that was acknowledged when the api is killed in the middle, and keeps nothing twice', async () => {
  const { api, url, setupCode } = await startBuiltApi();
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const first = {
    setupCode,
    brandName: '器の渚',
    name: '早川',
    email: 'owner@example.jp',
    password: 'a password for tests',
  };
  const cookie = (await post(accountsApi.createFirstMember.path, first)).headers.get('set-cookie')!.split(';')[0]!;
  const made = await post(collectorApi.createKey.path, { kind: 'server', name: 'Shop' }, { cookie });
  const authorization = basic(((await made.json()) as { writeKey: string }).writeKey);

  const acknowledged = new Set<string>();
  const unknown = new Set<string>();
  async function send(): Promise<void> {
    while (!ending) {
      const ids = Array.from({ length: 1 + Math.floor(Math.random() * 40) }, () => randomUUID());
      const batch = ids.map((id) => tracked('Product Viewed', { messageId: id, properties: { id } }));
      const deliver = async () => (await post('/v1/batch', { batch }, { authorization })).status === 200;
      // As a library does: what was not acknowledged is sent again, with the same message ids.
      for (let delivered = false; !delivered && !ending;) {
        delivered = await deliver().catch(() => false);
        for (const id of ids) (delivered ? acknowledged : unknown).add(id);
        if (!delivered) await sleep(50);
      }
    }
  }
  const senders = Array.from({ length: SENDERS }, send);
  const reached: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const before = acknowledged.size;
    await eventually(() => acknowledged.size > before + 300);
    await sleep(Math.random() * 150); // anywhere in the rhythm of the writes
    await api.kill();
    reached.push(acknowledged.size);
  }
  ending = true;
  await Promise.all(senders);

  const database = new Client({ connectionString: process.env.DATABASE_URL });
  await database.connect();
  closers.push(() => database.end());
  const { rows } = await database.query<{ id: string; times: number }>(
    `SELECT properties->>'id' AS id, count(*)::int AS times FROM interactions WHERE source = 'server' GROUP BY 1`,
  );
  const kept = new Map(rows.map(({ id, times }) => [id, times]));
  expect([...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
  expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
  expect([...kept.keys()].filter((id) => !acknowledged.has(id) && !unknown.has(id))).toEqual([]);
  // Each kill met requests under way, or it would have shown nothing.
  expect(unknown.size).toBeGreaterThanOrEqual(KILLS);
  expect(reached).toEqual(reached.toSorted((a, b) => a - b));
}, 240_000);
