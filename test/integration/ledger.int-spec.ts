import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ledgerApi } from '#contracts/ledger';
import { codeOf, startApi, type Api } from '../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

async function check(): Promise<void> {
  const { LedgerCheckJob } = await import('../../apps/api/src/ledger-check.ts');
  await api.app.get(LedgerCheckJob).check();
}

test('the hourly check is seen in the back office, and a violation in it', async () => {
  const owner = await api.staff();
  expect(await api.call(ledgerApi.check, {}, owner)).toEqual({ check: null });
  const product = await api.product(owner);
  await check();
  const { check: well } = await api.call(ledgerApi.check, {}, owner);
  expect(well!.findings.length).toBeGreaterThan(14);
  expect(well!.findings.filter(({ result }) => result !== 'holds')).toEqual([]);

  await api.database.sql(`UPDATE stock_levels SET on_hand = on_hand + 1 WHERE variant_id = $1`, [
    product.variants[0]!.id,
  ]);
  await check();
  const { check: broken } = await api.call(ledgerApi.check, {}, owner);
  const found = broken!.findings.filter(({ result }) => result === 'broken');
  expect(found.map(({ number, rows }) => [number, rows])).toEqual([
    [2, 1],
    [4, 1],
  ]);
  expect(Object.keys(found[0]!).toSorted()).toEqual(['number', 'result', 'rows', 'rule']);
});

test('is planned, and not for everyone', async () => {
  const { rows } = await api.database.sql(`SELECT 1 FROM graphile_worker.jobs WHERE key = 'check-ledger'`);
  expect(rows).toHaveLength(1);
  const owner = await api.staff();
  expect(await codeOf(api.call(ledgerApi.check, {}, await api.staff('moderator', owner.brandId)))).toBe('forbidden');
  expect(await codeOf(api.call(ledgerApi.check, {}))).toBe('unauthenticated');
});
