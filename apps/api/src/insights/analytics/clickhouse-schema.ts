import type { ClickHouseClient } from '@clickhouse/client';

/**
 * Tables of the copy. A row that is copied again replaces itself (ReplacingMergeTree, read with FINAL): the newest `version` is the one that
 * counts. A subject's rows lie together, because every question goes through them in time.
 */
const tables = [
  `CREATE TABLE IF NOT EXISTS interactions (
     id UInt64, brand_id UUID, subject_id UUID, name LowCardinality(String), source LowCardinality(String), show_id Nullable(UUID), product_id Nullable(UUID),
     order_id Nullable(UUID), quantity Int32, amount Nullable(Int64), properties String, context String, occurred_at DateTime64(6, 'UTC'), received_at DateTime64(6, 'UTC')
   ) ENGINE = ReplacingMergeTree PARTITION BY toYYYYMM(occurred_at) ORDER BY (brand_id, subject_id, occurred_at, id)`,
  `CREATE TABLE IF NOT EXISTS watch_intervals (
     id UUID, brand_id UUID, show_id UUID, viewer_id UUID, started_at DateTime64(6, 'UTC'), ended_at DateTime64(6, 'UTC'), version UInt64
   ) ENGINE = ReplacingMergeTree(version) ORDER BY (brand_id, show_id, id)`,
  `CREATE TABLE IF NOT EXISTS person_links (
     brand_id UUID, subject_id UUID, person_id UUID, in_force UInt8, version UInt64
   ) ENGINE = ReplacingMergeTree(version) ORDER BY (brand_id, subject_id)`,
];

export async function createTables(client: ClickHouseClient): Promise<void> {
  for (const query of tables) await client.command({ query });
}
