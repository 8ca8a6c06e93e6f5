import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ltvApi } from '#contracts/ltv';
import { eventually, startApi, type Api, type Staff } from '../support/api.ts';

let api: Api;
let owner: Staff;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  owner = await api.staff();
});
afterAll(() => api.stop());

it('says what is missing', async () => {
  expect((await api.call(ltvApi.fit, {}, owner)).fitting).toBe(true);
  const { model } = await eventually(async () => {
    const report = await api.call(ltvApi.read, {}, owner);
    return report.fitting ? null : report;
  });
  expect(model?.diagnostics).toEqual({ enough: false, reason: 'customers', needed: 100, found: 0 });
});
