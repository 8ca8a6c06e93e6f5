import 'reflect-metadata';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { AccountsService } from './accounts/index.ts';
import { StripeClients } from './checkout/index.ts';
import { Connections, Database, migrate, schemaDifferences } from './database/index.ts';
import { historyLines, hostOf, isTrue, makeHistory, restoreClock } from './demo-history/index.ts';
import { DEMO_BRAND, seedDemo } from './demo-seed.ts';
import { entities } from './entities.ts';
import { LedgerCheckJob } from './ledger-check.ts';
import { createServer } from './server.ts';
import { verify } from './verify.ts';

/** `node main.js`: serves. `migrate`: brings the database up to date. `seed-demo`: makes the demo brand, once. `demo-history [--seed N] [--buyers N] [--weeks N] [--brand SLUG]`: gives it weeks of shows and buyers. `check-schema`: holds the entities against a migrated database. `verify [--stopped]`: checks the invariants of money and stock. */
const commands: Record<string, () => Promise<void>> = {
  serve,
  migrate: runMigrate,
  'seed-demo': runSeed,
  'demo-history': runHistory,
  'check-schema': runCheckSchema,
  verify: runVerify,
};

async function connect() {
  if (!config.databaseUrl) throw new Error('DATABASE_URL: required');
  return new Connections(config.databaseUrl, config.databasePool, entities).initialize();
}

async function serve(): Promise<void> {
  const dataSource = await connect();
  if (config.nodeEnv === 'production') {
    if (config.stripe.apiUrl) throw new Error('STRIPE_SECRET_KEY: required in production, and no stand-in for Stripe');
    await refuseMovedClock(dataSource);
  }
  const app = await createServer(dataSource, resolve(import.meta.dirname, '../../web'));
  await app.listen(config.port, config.host);
  await app.get(AccountsService).offerSetup(config.publicUrl);
  logger.info({ port: config.port, url: config.publicUrl }, 'api listening');
}

async function runMigrate(): Promise<void> {
  const dataSource = await connect();
  const applied = await migrate(dataSource);
  logger.info({ applied }, 'database is up to date');
  await dataSource.destroy();
}

async function runSeed(): Promise<void> {
  const dataSource = await connect();
  await seedDemo(dataSource);
  await dataSource.destroy();
}

/** A whole api meanwhile, because webhooks and jobs are part of what happens; its progress goes to stdout, a line each. */
async function runHistory(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      seed: { type: 'string', default: '1' },
      buyers: { type: 'string', default: '5050' },
      weeks: { type: 'string', default: '12' },
      brand: { type: 'string' },
    },
  });
  if (config.nodeEnv === 'production') throw new Error('demo-history: not in production');
  if (!values.brand && !config.demo)
    throw new Error('demo-history: only for the demo brand on the embedded database, unless --brand names another');
  const options = { seed: Number(values.seed), buyers: Number(values.buyers), weeks: Number(values.weeks) };
  if (!Object.values(options).every((value) => Number.isInteger(value) && value > 0))
    throw new Error('demo-history: --seed, --buyers and --weeks are whole numbers from 1');
  const dataSource = await connect();
  const app = await createServer(dataSource, resolve(import.meta.dirname, '../../web'));
  await app.listen(config.port, config.host);
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const database = app.get(Database);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void restoreClock(database));
  try {
    const host = await hostOf(database, values.brand ?? DEMO_BRAND);
    await app.get(LedgerCheckJob).postpone();
    const report = await makeHistory(app, host, options, (line) => print(`… ${line}`));
    for (const line of historyLines(report)) print(line);
    print('');
    const sound = await verify(database, app.get(StripeClients), true, print);
    await app.get(LedgerCheckJob).check();
    if (!sound || !isTrue(report)) process.exitCode = 1;
  } finally {
    await app.close();
    await dataSource.destroy();
  }
}

async function runCheckSchema(): Promise<void> {
  const dataSource = await connect();
  const differences = await schemaDifferences(dataSource);
  await dataSource.destroy();
  if (differences.length > 0) throw new Error(`the migrations lack, or have otherwise:\n${differences.join('\n')}`);
}

/** `--stopped` says that no Engawa runs on this database: what only a running one keeps is then not judged. */
async function runVerify(): Promise<void> {
  const dataSource = await connect();
  const print = (line: string) => void process.stdout.write(`${line}\n`);
  const database = new Database(dataSource);
  const sound = await verify(database, new StripeClients(database), !process.argv.includes('--stopped'), print);
  await dataSource.destroy();
  if (!sound) process.exitCode = 1;
}

/** The clock of the business may be moved in trials only. */
async function refuseMovedClock(dataSource: Awaited<ReturnType<typeof connect>>): Promise<void> {
  const [row] = (await dataSource.query(`SELECT ahead = interval '0' AS true_time FROM clock_offsets`)) as {
    true_time: boolean;
  }[];
  if (row?.true_time === false) throw new Error('clock_offsets: the clock was moved; production refuses it');
}

// A forgotten rejection is a defect, but no reason to end every show; after an exception the state is unknown, and the supervisor starts anew.
process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'uncaught exception');
  process.exit(1);
});

const name = process.argv[2] ?? 'serve';
const command = commands[name];
if (!command) {
  logger.fatal(`unknown command ${name}: one of ${Object.keys(commands).join(', ')}`);
  process.exit(2);
}
command().catch((error: unknown) => {
  logger.fatal({ err: error }, `${name} failed`);
  process.exit(1);
});
