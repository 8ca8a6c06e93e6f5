import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { entities } from '../../apps/api/src/entities.ts';
import { Connections, Database, migrate, schemaDifferences, sqlState } from '../../apps/api/src/database/index.ts';
import { config } from '#platform/config';

let database: Database;
beforeAll(async () => {
  database = new Database(await new Connections(config.databaseUrl ?? '', 6, entities).initialize());
});
afterAll(async () => {
  await database.dataSource.destroy();
});

const addViewer = 'INSERT INTO viewers (id) VALUES ($1)';
const viewers = async (ids: string[]) =>
  (await database.sql<{ id: string }>('SELECT id FROM viewers WHERE id = ANY($1) ORDER BY id', [ids])).rows.length;

it('stands on a migrated database, where migrating again changes nothing', async () => {
  expect(await migrate(database.dataSource)).toBe(0);
  expect(await schemaDifferences(database.dataSource)).toEqual([]);
});

it('answers anew when a migration beside it has changed what a statement answers', async () => {
  await database.sql(`CREATE TABLE growing_rows (id integer PRIMARY KEY)`);
  await database.sql(`INSERT INTO growing_rows VALUES (1)`);
  const all = `SELECT * FROM growing_rows`;
  for (let time = 0; time < 8; time += 1) expect((await database.sql(all)).rows).toEqual([{ id: 1 }]);
  await database.transaction(async (tx) => expect((await tx.sql(all)).rows).toEqual([{ id: 1 }]));
  await database.sql(`ALTER TABLE growing_rows ADD name text DEFAULT 'one'`);
  const grown = [{ id: 1, name: 'one' }];
  await database.transaction(async (tx) => expect((await tx.sql(all)).rows).toEqual(grown));
  expect((await database.sql(all)).rows).toEqual(grown);
});

describe('a transaction', () => {
  it('runs what is kept for after the commit once its rows can be seen by others', async () => {
    const id = randomUUID();
    const seen: number[] = [];
    await database.transaction(async (tx) => {
      await tx.sql(addViewer, [id]);
      tx.afterCommit(async () => void seen.push(await viewers([id])));
      seen.push(await viewers([id]));
    });
    expect(seen).toEqual([0, 1]);
  });

  it('that throws leaves no row, no job and no effect', async () => {
    const id = randomUUID();
    const key = `job of ${id}`;
    let effects = 0;
    const work = database.transaction(async (tx) => {
      await tx.sql(addViewer, [id]);
      await tx.addJob('nobody.runs', {}, { key });
      tx.afterCommit(() => void (effects += 1));
      throw new Error('refused');
    });
    await expect(work).rejects.toThrow('refused');
    const jobs = await database.sql('SELECT 1 FROM graphile_worker.jobs WHERE key = $1', [key]);
    expect([await viewers([id]), jobs.rows.length, effects]).toEqual([0, 0, 0]);
  });

  it('does all of its work again after a deadlock, and both sides commit', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    await database.sql(`CREATE TABLE deadlock_rows (id uuid PRIMARY KEY, hits integer NOT NULL)`);
    await database.sql(`INSERT INTO deadlock_rows VALUES ($1, 0), ($2, 0)`, [a, b]);
    const hit = `UPDATE deadlock_rows SET hits = hits + 1 WHERE id = $1`;
    let attempts = 0;
    let waiting = 0;
    let bothHoldOne: () => void = () => undefined;
    const met = new Promise<void>((resolve) => (bothHoldOne = resolve));
    const inOrder = (first: string, second: string) =>
      database.transaction(async (tx) => {
        attempts += 1;
        await tx.sql(hit, [first]);
        if ((waiting += 1) === 2) bothHoldOne();
        await met;
        await tx.sql(hit, [second]);
      });
    await Promise.all([inOrder(a, b), inOrder(b, a)]);
    const { rows } = await database.sql<{ hits: number }>('SELECT hits FROM deadlock_rows');
    expect(rows).toEqual([{ hits: 2 }, { hits: 2 }]);
    expect(attempts).toBeGreaterThan(2);
  });

  it('is not tried again for anything else', async () => {
    const id = randomUUID();
    let attempts = 0;
    const twice = database.transaction(async (tx) => {
      attempts += 1;
      await tx.sql(addViewer, [id]);
      await tx.sql(addViewer, [id]);
    });
    const error: unknown = await twice.catch((thrown: unknown) => thrown);
    expect(sqlState(error)).toBe('23505');
    expect(attempts).toBe(1);
  });
});
