import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Shop } from '../support/checkout.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.api.stop());

/** PostgreSQL's own count; a backend hands it in when it has been idle for a moment. */
async function deadlocks(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { rows } = await shop.api.database.sql<{ deadlocks: string }>(
    `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`,
  );
  return Number(rows[0]!.deadlocks);
}

it('lets no press of Pay wait for another that waits for it', async () => {
  const offer = await shop.offer(20);
  for (let round = 0; round < 8; round += 1) {
    const purchase = await shop.hold(offer);
    // One button, pressed until the limit of presses.
    const orders = await Promise.all(Array.from({ length: 12 }, () => shop.pay(purchase)));
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
  }
  expect(await deadlocks()).toBe(0);
});
