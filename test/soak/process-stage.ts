import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { accountsApi } from '#contracts/accounts';
import { freePorts } from '../support/ports.ts';
import { Line } from './line.ts';
import { apiCommand, ServerProcess } from './processes.ts';
import { ShopClient } from './shop-client.ts';
import { StaffClient } from './staff.ts';
import type { Stage } from './stage.ts';
import type { Tally } from './tally.ts';

/** A PostgreSQL as `npm start` runs it. */
interface Postgres {
  url: string;
  pid: number;
  port: number;
  exited: Promise<string>;
  stop: () => Promise<void>;
}

export interface Ground {
  /** For data and logs. */
  dir: string;
  startPostgres: (options: { dataDir: string; port?: number }) => Promise<Postgres>;
  onClose: (closer: () => Promise<unknown>) => void;
}

const secrets = {
  STRIPE_SECRET_KEY: 'sk_test_sandbox',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
  STRIPE_WEBHOOK_SECRET: 'whsec_soak',
  ENGAWA_SECRET: 'a secret for a soak only, thirty-two characters or more',
};

/** The real thing: the built api and the sandbox in processes of their own, over a PostgreSQL that writes to the disk. */
export async function openProcessStage(ground: Ground, tally: Tally): Promise<Stage> {
  const { dir, startPostgres, onClose } = ground;
  let postgres = await startPostgres({ dataDir: dir });
  onClose(() => postgres.stop());
  const migrated = await apiCommand('migrate', { DATABASE_URL: postgres.url });
  if (migrated.code !== 0) throw new Error(migrated.output);

  const [apiPort, sandboxPort] = (await freePorts(2)) as [number, number];
  const [apiUrl, stripeUrl] = [`http://localhost:${apiPort}`, `http://127.0.0.1:${sandboxPort}`];
  const line = await Line.open(tally);
  onClose(() => line.close());
  Object.assign(line, { stripeUrl, shopUrl: `http://127.0.0.1:${apiPort}` });
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const sandbox = new ServerProcess({
    app: 'stripe-sandbox',
    url: stripeUrl,
    health: '/_sandbox/health',
    logFile: join(dir, 'logs/stripe-sandbox.log'),
    env: {
      ...secrets,
      STRIPE_SANDBOX_PORT: String(sandboxPort),
      STRIPE_WEBHOOK_URL: line.webhookUrl,
      PUBLIC_URL: apiUrl,
    },
  });
  onClose(() => sandbox.stop());
  const apiLog = join(dir, 'logs/api.log');
  const apiEnv = {
    ...secrets,
    DATABASE_URL: postgres.url,
    ENGAWA_DATA_DIR: dir,
    PORT: String(apiPort),
    PUBLIC_URL: apiUrl,
    LOG_LEVEL: 'warn',
    STRIPE_API_URL: line.url,
  };
  const api = new ServerProcess({
    app: 'api',
    url: `http://127.0.0.1:${apiPort}`,
    health: '/api/health',
    logFile: apiLog,
    env: apiEnv,
  });
  onClose(() => api.stop());
  await Promise.all([sandbox.start(), api.start()]);

  const shop = new ShopClient(`http://127.0.0.1:${apiPort}`, stripeUrl);
  const staff = new StaffClient(shop, { cookie: await firstMember(shop, apiLog), origin: apiUrl });
  const database = new pg.Pool({ connectionString: postgres.url, max: 8 });
  // A connection that breaks while it is idle is replaced by the next query.
  database.on('error', () => undefined);
  onClose(() => database.end());
  const control = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${stripeUrl}/_sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk_test_sandbox' },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as T;
  };

  return {
    shop,
    line,
    tally,
    patienceMs: 40_000,
    sql: (text, parameters = []) => patiently(() => database.query(text, parameters)),
    knobs: (values) => control('POST', 'knobs', values),
    undeliveredEvents: async () => (await control<{ undeliveredEvents: number }>('GET', 'state')).undeliveredEvents,
    staff,
    killApi: () => api.kill(),
    async crashDatabase() {
      const { pid, port, exited } = postgres;
      // What \`pg_ctl stop -m immediate\` sends.
      process.kill(pid, 'SIGQUIT');
      await exited;
      postgres = await startPostgres({ dataDir: dir, port });
      await api.ready();
    },
    async verify() {
      const { code, output } = await apiCommand('verify', { ...apiEnv, LOG_LEVEL: 'error', STRIPE_API_URL: stripeUrl });
      if (code === 0) return [];
      const found = brokenLines(output);
      return found.length > 0 ? found : [`verify ended with ${code}: ${output}`];
    },
  };
}

/** The findings that are not well, each with the first of its rows. */
function brokenLines(output: string): string[] {
  const lines = output.split('\n');
  return lines.flatMap((line, index) => {
    const found = /^ {2}[✗?] +(\d+) +(.+)$/.exec(line);
    return found ? [`invariant ${found[1]}: ${found[2]}  ${lines[index + 1]?.trim() ?? ''}`] : [];
  });
}

/** @returns the session's cookie of the owner whom the empty database asks for */
async function firstMember(shop: ShopClient, apiLog: string): Promise<string> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const setupCode = /"setupCode":"(\w+)"/.exec(readFileSync(apiLog, 'utf8'))?.[1];
    if (setupCode) {
      const answer = await fetch(shop.shopUrl + accountsApi.createFirstMember.path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          setupCode,
          brandName: '器の渚',
          name: '早川',
          email: 'owner@example.jp',
          password: 'a password for a soak',
        }),
      });
      const cookie = answer.headers.get('set-cookie')?.split(';')[0];
      if (!cookie) throw new Error(await answer.text());
      return cookie;
    }
    await sleep(50);
  }
  throw new Error(`the api asks for no first member: see ${apiLog}`);
}

/** Asks again while PostgreSQL comes back. */
async function patiently<Row>(query: () => Promise<{ rows: unknown[] }>): Promise<Row[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return (await query()).rows as Row[];
    } catch (error) {
      const code = (error as { code?: string }).code ?? '';
      // A mistake of ours, class 42 above all, does not get better by waiting.
      if (/^(42|22|23)/.test(code) || attempt === 100) throw error;
      await sleep(100);
    }
  }
}
