import type { DataSource } from 'typeorm';

/**
 * What the migrations may hold beyond the entities: foreign keys across modules, CHECKs, unique and partial indexes, and
 * defaults for rows that SQL writes. TypeORM would drop them; columns, types and nullability it must find as declared.
 */
const beyondEntities = [
  /^ALTER TABLE "\w+" DROP CONSTRAINT /,
  /^DROP INDEX /,
  /^ALTER TABLE "\w+" ALTER COLUMN "\w+" DROP DEFAULT$/,
  // Its key has a column that may be null: unique, nulls not distinct.
  /^ALTER TABLE "show_activity" ADD CONSTRAINT "PK_\w+" PRIMARY KEY /,
];

/**
 * Compares the entities with a database that the migrations have made.
 * @returns what TypeORM would have to do to make the database fit the entities, as SQL; empty when they are equal
 */
export async function schemaDifferences(dataSource: DataSource): Promise<string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query).filter((query) => !beyondEntities.some((allowed) => allowed.test(query)));
}
