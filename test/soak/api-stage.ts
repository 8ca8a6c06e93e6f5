import { startApi, type Api } from '../support/api.ts';
import { createTestDatabase } from '../support/database.ts';
import { Line } from './line.ts';
import { ShopClient } from './shop-client.ts';
import { StaffClient } from './staff.ts';
import type { Stage } from './stage.ts';
import { Tally } from './tally.ts';

export interface ApiStage extends Stage {
  api: Api;
  /** Everything is as on the first day: another database, and an empty account at Stripe. */
  anew: () => Promise<void>;
  close: () => Promise<void>;
}

/** The api in this process, where a test can reach its insides. It is neither killed nor loses its database. */
export async function openApiStage(): Promise<ApiStage> {
  const tally = new Tally();
  const line = await Line.open(tally);
  const api = await startApi(line);
  Object.assign(line, { stripeUrl: api.sandboxUrl, shopUrl: api.url });
  const { findAll } = await import('../../apps/api/src/verify.ts');
  const { StripeClients } = await import('../../apps/api/src/checkout/index.ts');
  const shop = new ShopClient(api.url, api.sandboxUrl);
  let staff = new StaffClient(shop, (await api.staff()).headers);
  const cannot = (): never => {
    throw new Error('the api in this process is not killed, nor is its database');
  };
  const control = (method: 'GET' | 'POST', path: string) =>
    fetch(`${api.sandboxUrl}/_sandbox/${path}`, { method, headers: { authorization: 'Bearer sk_test_sandbox' } });

  return {
    api,
    shop,
    line,
    tally,
    patienceMs: 5_000,
    sql: async <Row>(text: string, parameters?: unknown[]) => (await api.database.sql<Row>(text, parameters)).rows,
    knobs: (values) => api.knobs(values),
    async undeliveredEvents() {
      return ((await (await control('GET', 'state')).json()) as { undeliveredEvents: number }).undeliveredEvents;
    },
    get staff() {
      return staff;
    },
    killApi: cannot,
    crashDatabase: cannot,
    async verify() {
      const findings = await findAll(api.database, api.app.get(StripeClients), true);
      return findings
        .filter(({ result }) => result !== 'holds')
        .map(({ number, rule, rows }) => `invariant ${number}: ${rule}  ${JSON.stringify(rows[0])}`);
    },
    async anew() {
      await api.restart(async () => {
        await createTestDatabase();
        await control('POST', 'reset');
      });
      staff = new StaffClient(shop, (await api.staff()).headers);
    },
    async close() {
      await api.stop();
      await line.close();
    },
  };
}
