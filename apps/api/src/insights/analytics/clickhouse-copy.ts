import type { ClickHouseClient } from '@clickhouse/client';
import { Database, type Tx } from '../../database/index.ts';
import { createTables } from './clickhouse-schema.ts';

const BATCH_ROWS = 50_000;
/** A transaction carries the time of its start. */
const OVERLAP = `interval '1 minute'`;

const micros = (column: string) => `(extract(epoch FROM ${column}) * 1000000)::bigint::text`;

/**
 * Copies the log, what was watched and who is who into ClickHouse. PostgreSQL stays the truth: a watermark in `rollups` says how far the copy
 * came, and it moves after the rows have arrived, so that a crash copies some twice, which the tables bear.
 */
export class ClickHouseCopy {
  #ready: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly client: ClickHouseClient,
  ) {}

  /** Brings the copy up to what the rollups have. One process at a time. */
  async catchUp(): Promise<void> {
    this.#ready ??= createTables(this.client);
    await this.#ready.catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    });
    await this.#copyErasures();
    await this.#copySince('clickhouse:links', (tx, since) => this.#links(tx, since));
    await this.#copySince('clickhouse:watching', (tx, since) => this.#watching(tx, since));
    while (await this.#interactions());
  }

  async #interactions(): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const { rows: marks } = await tx.sql<{ from: string; to: string }>(
        `SELECT c.done_id AS from, LEAST(a.done_id, c.done_id + ${BATCH_ROWS}) AS to FROM rollups c, rollups a
         WHERE c.name = 'clickhouse:interactions' AND a.name = 'activity' FOR UPDATE OF c`,
      );
      const { from, to } = marks[0]!;
      if (Number(to) <= Number(from)) return false;
      await this.#insertInteractions(tx, `i.id > $1 AND i.id <= $2`, [from, to]);
      await tx.sql(`UPDATE rollups SET done_id = $1, done_at = engawa_now() WHERE name = 'clickhouse:interactions'`, [
        to,
      ]);
      return true;
    });
  }

  async #insertInteractions(tx: Tx, where: string, parameters: unknown[]): Promise<void> {
    const { rows } = await tx.sql(
      `SELECT i.id::text, i.brand_id, i.subject_id, i.name, i.source, i.show_id, i.product_id, i.order_id, i.quantity, i.amount::text,
              COALESCE(i.properties::text, '') AS properties, COALESCE(i.context::text, '') AS context,
              ${micros('i.occurred_at')} AS occurred_at, ${micros('i.received_at')} AS received_at
       FROM interactions i WHERE ${where}`,
      parameters,
    );
    await this.#insert('interactions', rows);
  }

  /** Subjects whose links changed, as they are now. */
  async #links(tx: Tx, since: Date): Promise<void> {
    const { rows } = await tx.sql(
      `SELECT DISTINCT ON (c.brand_id, c.subject_id) c.brand_id, c.subject_id,
              COALESCE(l.person_id, c.subject_id) AS person_id, (l.person_id IS NOT NULL)::int AS in_force, ${micros('clock_timestamp()')} AS version
       FROM identity_links c LEFT JOIN person_links l ON l.brand_id = c.brand_id AND l.subject_id = c.subject_id
       WHERE c.linked_at >= $1 OR c.undone_at >= $1`,
      [since.toISOString()],
    );
    await this.#insert('person_links', rows);
  }

  /** Stretches that went on since: their end moves while somebody watches. */
  async #watching(tx: Tx, since: Date): Promise<void> {
    const { rows } = await tx.sql(
      `SELECT id, brand_id, show_id, viewer_id, ${micros('started_at')} AS started_at, ${micros('ended_at')} AS ended_at, ${micros('clock_timestamp()')} AS version
       FROM watch_intervals WHERE ended_at >= $1`,
      [since.toISOString()],
    );
    await this.#insert('watch_intervals', rows);
  }

  async #copySince(name: string, copy: (tx: Tx, since: Date) => Promise<void>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<{ since: Date; now: Date }>(
        `SELECT CASE WHEN done_at IS NULL THEN 'epoch' ELSE LEAST(done_at, engawa_now()) - ${OVERLAP} END AS since, engawa_now() AS now
         FROM rollups WHERE name = $1 FOR UPDATE`,
        [name],
      );
      const { since, now } = rows[0]!;
      await copy(tx, since);
      await tx.sql(`UPDATE rollups SET done_at = $2 WHERE name = $1`, [name, now.toISOString()]);
    });
  }

  /** What was erased goes here too; what stayed under another name is copied anew. */
  async #copyErasures(): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<{ id: string; brand_id: string; subject_ids: string[]; moved_ids: string[] }>(
        `SELECT id, brand_id, subject_ids, moved_ids FROM analytics_erasures ORDER BY id FOR UPDATE SKIP LOCKED`,
      );
      for (const { id, brand_id: brand, subject_ids: subjects, moved_ids: moved } of rows) {
        for (const [table, subject] of [
          ['interactions', 'subject_id'],
          ['watch_intervals', 'viewer_id'],
          ['person_links', 'subject_id'],
        ]) {
          await this.client.command({
            query: `ALTER TABLE ${table} DELETE WHERE brand_id = {brand:UUID} AND ${subject} IN {subjects:Array(UUID)} SETTINGS mutations_sync = 2`,
            query_params: { brand, subjects },
          });
        }
        if (moved.length > 0) {
          const done = `i.id <= (SELECT done_id FROM rollups WHERE name = 'clickhouse:interactions')`;
          await this.#insertInteractions(tx, `i.id = ANY($1) AND ${done}`, [moved]);
        }
        await tx.sql(`DELETE FROM analytics_erasures WHERE id = $1`, [id]);
      }
    });
  }

  async #insert(table: string, values: unknown[]): Promise<void> {
    if (values.length > 0) await this.client.insert({ table, values, format: 'JSONEachRow' });
  }
}
