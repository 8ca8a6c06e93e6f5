export { bigintColumn, idColumn, timeColumn } from './columns.ts';
export { buildDataSource, migrate } from './data-source.ts';
export { Database, sqlState, Tx, violatedConstraint, type Queryable } from './database.ts';
export { DatabaseModule } from './database.module.ts';
export { DomainEvent, DomainEvents } from './events.ts';
export { Gathered } from './gathered.ts';
export { Jobs } from './jobs.ts';
export { schemaDifferences } from './schema-check.ts';
export { Shared } from './shared.ts';
