import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type Stripe from 'stripe';
import type { Scenario } from './cards.ts';

/** Objects that Stripe shows, by the value of their `object`. */
interface StripeObjects {
  payment_intent: Stripe.PaymentIntent;
  payment_method: Stripe.PaymentMethod;
  confirmation_token: Stripe.ConfirmationToken;
  charge: Stripe.Charge;
  refund: Stripe.Refund;
  dispute: Stripe.Dispute;
  balance_transaction: Stripe.BalanceTransaction;
  event: Stripe.Event;
}
export type StripeObject = keyof StripeObjects;

/** One confirmation that waits: for the buyer's 3D Secure, for cash at a store, or for the bank. */
export interface Attempt {
  id: string;
  paymentIntent: string;
  paymentMethod: string;
  returnUrl: string | null;
  waitsFor: 'authentication' | 'cash' | 'bank';
}

/** What is done later without a request. `subject` is the id of what it is done to. */
export interface Task {
  kind: 'attachBalance' | 'closeDispute' | 'expireVoucher' | 'moveRefund' | 'openDispute' | 'payVoucher' | 'settle';
  subject: string;
}

export interface Delivery {
  seq: number;
  event: string;
  /** Events of one lane are delivered in order: those of one PaymentIntent. */
  lane: string;
}

export interface StoredAnswer {
  fingerprint: string;
  path: string;
  requestId: string;
  status: number;
  body: string;
}

export interface ListQuery {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
  created?: number | { gt?: number; gte?: number; lt?: number; lte?: number };
  /** Id of the PaymentIntent, of the charge, or of the source of a balance transaction, to which the object belongs. */
  belongsTo?: string;
  types?: string[];
}

/** Raised when the tables change. Practice data of another version is left aside, in its own file. */
const tablesVersion = 2;

const tables = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, object TEXT NOT NULL, created INTEGER NOT NULL,
    payment_intent TEXT, charge TEXT, type TEXT, json TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (object, seq);
  CREATE INDEX IF NOT EXISTS objects_by_intent ON objects (payment_intent, object);
  CREATE TABLE IF NOT EXISTS scenarios (id TEXT PRIMARY KEY, json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS attempts (id TEXT PRIMARY KEY, payment_intent TEXT UNIQUE NOT NULL, json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tasks (seq INTEGER PRIMARY KEY AUTOINCREMENT, due INTEGER NOT NULL, kind TEXT NOT NULL,
    subject TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS tasks_by_due ON tasks (due, seq);
  CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, created INTEGER NOT NULL, json TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS deliveries (event TEXT PRIMARY KEY, lane TEXT NOT NULL);
`;

const answerLifetimeSeconds = 24 * 3600;

/** Everything the sandbox remembers, in one SQLite file, or in memory. Every change of one request is one transaction. */
export class Store {
  private readonly database: DatabaseSync;
  private readonly statements = new Map<string, StatementSync>();

  constructor(dataDir: string | undefined) {
    if (dataDir) mkdirSync(dataDir, { recursive: true });
    this.database = new DatabaseSync(dataDir ? join(dataDir, `stripe-sandbox-${tablesVersion}.db`) : ':memory:');
    this.database.exec(tables);
    this.run('DELETE FROM answers WHERE created < ?', seconds() - answerLifetimeSeconds);
  }

  close(): void {
    this.database.close();
  }

  transaction<T>(work: () => T): T {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.database.exec('COMMIT');
      return result;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  find<K extends StripeObject>(object: K, id: string): StripeObjects[K] | undefined {
    return this.parse(this.one('SELECT json FROM objects WHERE id = ? AND object = ?', id, object));
  }

  /** The object that must be there, because another object of ours names it. */
  get<K extends StripeObject>(object: K, id: string): StripeObjects[K] {
    const found = this.find(object, id);
    if (!found) throw new Error(`The store has lost ${object} ${id}.`);
    return found;
  }

  /** Inserts or replaces. */
  save<K extends StripeObject>(value: StripeObjects[K]): void {
    const { id, object, created, payment_intent, charge, source, type } = value as unknown as {
      id: string;
      object: K;
      created: number;
      payment_intent?: string | null;
      charge?: string | null;
      source?: string | null;
      type?: string;
    };
    this.run(
      `INSERT INTO objects (id, object, created, payment_intent, charge, type, json) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET json = excluded.json`,
      ...[id, object, created, payment_intent ?? null, charge ?? source ?? null, type ?? null, JSON.stringify(value)],
    );
  }

  /** Newest first, as Stripe lists. Answers one more than the limit when there is more. */
  list<K extends StripeObject>(object: K, query: ListQuery): { data: StripeObjects[K][]; hasMore: boolean } {
    const where = ['object = ?'];
    const values: SQLInputValue[] = [object];
    const add = (condition: string, ...operands: SQLInputValue[]) => {
      where.push(condition);
      values.push(...operands);
    };
    const { limit = 10, created, belongsTo, types, starting_after, ending_before } = query;
    if (typeof created === 'number') add('created = ?', created);
    else if (created) {
      const signs = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
      for (const key of ['gt', 'gte', 'lt', 'lte'] as const)
        if (created[key] !== undefined) add(`created ${signs[key]} ?`, created[key]);
    }
    if (belongsTo) add('(payment_intent = ? OR charge = ?)', belongsTo, belongsTo);
    if (types) add(`type IN (${types.map(() => '?').join(', ')})`, ...types);
    if (starting_after) add('seq < (SELECT seq FROM objects WHERE id = ?)', starting_after);
    if (ending_before) add('seq > (SELECT seq FROM objects WHERE id = ?)', ending_before);
    const order = ending_before ? 'ASC' : 'DESC';
    const sql = `SELECT json FROM objects WHERE ${where.join(' AND ')} ORDER BY seq ${order} LIMIT ?`;
    const rows = this.prepare(sql).all(...values, limit + 1) as { json: string }[];
    const data = rows.slice(0, limit).map((row) => JSON.parse(row.json) as StripeObjects[K]);
    return { data: ending_before ? data.reverse() : data, hasMore: rows.length > limit };
  }

  /** What the card behind a payment method or a confirmation token does when it is charged. Stripe shows it nowhere. */
  scenarioOf(id: string): Scenario {
    return this.parse<Scenario>(this.one('SELECT json FROM scenarios WHERE id = ?', id)) ?? { kind: 'succeeds' };
  }

  setScenario(id: string, scenario: Scenario): void {
    this.run('INSERT OR REPLACE INTO scenarios (id, json) VALUES (?, ?)', id, JSON.stringify(scenario));
  }

  /** A PaymentIntent has at most one open attempt: a new one replaces the old, whose page is then stale. */
  openAttempt(attempt: Attempt): void {
    const sql = 'INSERT OR REPLACE INTO attempts (id, payment_intent, json) VALUES (?, ?, ?)';
    this.run(sql, attempt.id, attempt.paymentIntent, JSON.stringify(attempt));
  }

  findAttempt(id: string): Attempt | undefined {
    return this.parse(this.one('SELECT json FROM attempts WHERE id = ?', id));
  }

  attemptOf(paymentIntent: string): Attempt | undefined {
    return this.parse(this.one('SELECT json FROM attempts WHERE payment_intent = ?', paymentIntent));
  }

  /** What was to be done to it later finds it gone, and does nothing. */
  closeAttempt(paymentIntent: string): void {
    this.run('DELETE FROM attempts WHERE payment_intent = ?', paymentIntent);
  }

  /** `due`: milliseconds since 1970. */
  schedule(task: Task, due: number): void {
    this.run('INSERT INTO tasks (due, kind, subject) VALUES (?, ?, ?)', due, task.kind, task.subject);
  }

  /** Takes the first task that is due off the list. */
  takeDueTask(now: number): Task | undefined {
    const sql = `DELETE FROM tasks WHERE seq = (SELECT seq FROM tasks WHERE due <= ? ORDER BY due, seq LIMIT 1)
      RETURNING kind, subject`;
    return this.prepare(sql).get(now) as unknown as Task | undefined;
  }

  nextDue(): number | null {
    return (this.prepare('SELECT min(due) AS due FROM tasks').get() as { due: number | null }).due;
  }

  findAnswer(key: string): StoredAnswer | undefined {
    return this.parse(this.one('SELECT json FROM answers WHERE key = ?', key));
  }

  saveAnswer(key: string, answer: StoredAnswer): void {
    const sql = 'INSERT INTO answers (key, created, json) VALUES (?, ?, ?)';
    this.run(sql, key, seconds(), JSON.stringify(answer));
  }

  addDelivery(event: string, lane: string): void {
    this.run('INSERT OR IGNORE INTO deliveries (event, lane) VALUES (?, ?)', event, lane);
  }

  removeDelivery(event: string): void {
    this.run('DELETE FROM deliveries WHERE event = ?', event);
  }

  /** Undelivered events that were recorded after the one with number `after`, oldest first. */
  deliveries(after: number): Delivery[] {
    const sql = `SELECT o.seq, d.event, d.lane FROM deliveries d JOIN objects o ON o.id = d.event
      WHERE o.seq > ? ORDER BY o.seq`;
    return this.prepare(sql).all(after) as unknown as Delivery[];
  }

  counts(): Record<string, number> {
    const rows = this.prepare('SELECT object, count(*) AS n FROM objects GROUP BY object').all();
    return Object.fromEntries(rows.map((row) => [String(row['object']), Number(row['n'])]));
  }

  clear(): void {
    for (const table of ['objects', 'scenarios', 'attempts', 'tasks', 'answers', 'deliveries'])
      this.run(`DELETE FROM ${table}`);
  }

  private prepare(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }

  private run(sql: string, ...values: SQLInputValue[]): void {
    this.prepare(sql).run(...values);
  }

  private one(sql: string, ...values: SQLInputValue[]): { json: string } | undefined {
    return this.prepare(sql).get(...values) as { json: string } | undefined;
  }

  private parse<T>(row: { json: string } | undefined): T | undefined {
    return row && (JSON.parse(row.json) as T);
  }
}

/** Stripe's clock: whole seconds. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function newId(prefix: string): string {
  return prefix + Array.from({ length: 24 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
