import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { CustomerFilter, CustomersCsvRequest, customersApi, Segment } from '#contracts/customers';
import type { ParsedRequestOf, ReplyOf } from '#contracts/endpoint';
import type { Currency } from '#contracts/money';
import type * as z from 'zod/mini';
import { AppError } from '#platform/app-error';
import { may, type Actor } from '../../accounts/index.ts';
import { Database, sqlState, violatedConstraint } from '../../database/index.ts';
import { customersCsv } from './customers-csv.ts';
import {
  cohorts,
  countCustomers,
  listCustomers,
  rfmCells,
  sourceNames,
  type Asking,
  type Cursor,
} from './customers.queries.ts';

/** A count of a segment that is shown is at most this old. */
const COUNT_FRESH_SECONDS = 60;

type Ask<E extends keyof typeof customersApi> = ParsedRequestOf<(typeof customersApi)[E]>;
type Answer<E extends keyof typeof customersApi> = Promise<ReplyOf<(typeof customersApi)[E]>>;

@Injectable()
export class CustomersService {
  constructor(private readonly database: Database) {}

  async list(actor: Actor, { filter, sort, order, after, limit }: Ask<'list'>): Answer<'list'> {
    const asking = askingOf(actor, filter);
    const page = { after: after === undefined ? undefined : readCursor(after), limit };
    const [{ customers, last }, total] = await Promise.all([
      listCustomers(this.database, asking, { sort, order }, page).catch((error: unknown) => {
        if (page.after && sqlState(error)?.startsWith('22')) throw noPage(); // a cursor of another order, or made up
        throw error;
      }),
      countCustomers(this.database, asking),
    ]);
    return { customers, next: last && writeCursor(last), total };
  }

  async sources(actor: Actor): Answer<'sources'> {
    return { sources: await sourceNames(this.database, actor.brandId) };
  }

  /** Their grid would always be of one row or column if it were filtered by what it shows. */
  async rfm(actor: Actor, filter: CustomerFilter): Answer<'rfm'> {
    const { r: _r, f: _f, ...metrics } = filter.metrics ?? {};
    return { cells: await rfmCells(this.database, askingOf(actor, { ...filter, metrics })) };
  }

  async cohorts(actor: Actor, asked: Ask<'cohorts'>): Answer<'cohorts'> {
    return { cohorts: await cohorts(this.database, actor.brandId, asked) };
  }

  async csv(actor: Actor, { filter, locale, ...order }: z.output<typeof CustomersCsvRequest>) {
    const { rows } = await this.database.sql<{ currency: Currency; timeZone: string }>(
      `SELECT currency, time_zone AS "timeZone" FROM brands WHERE id = $1`,
      [actor.brandId],
    );
    return customersCsv(this.database, askingOf(actor, filter), order, { locale, ...rows[0]! });
  }

  async segments(actor: Actor): Answer<'segments'> {
    const { rows } = await this.database.sql<SegmentRow>(
      `SELECT ${segmentColumns}, counted_at < engawa_now() - interval '${COUNT_FRESH_SECONDS} seconds' OR counted_at > engawa_now() AS stale
       FROM segments WHERE brand_id = $1 ORDER BY name, id`,
      [actor.brandId],
    );
    return { segments: await Promise.all(rows.map((row) => (row.stale ? this.#recount(actor, row) : toSegment(row)))) };
  }

  /** @throws conflict when there is one of this name */
  async addSegment(actor: Actor, { name, filter }: Ask<'addSegment'>): Promise<Segment> {
    const people = await countCustomers(this.database, { brandId: actor.brandId, filter, personal: true });
    try {
      const { rows } = await this.database.sql<SegmentRow>(
        `INSERT INTO segments (id, brand_id, name, filter, created_by, people, counted_at) VALUES ($1, $2, $3, $4, $5, $6, engawa_now()) RETURNING ${segmentColumns}`,
        [uuid(), actor.brandId, name, JSON.stringify(filter), actor.memberId, people],
      );
      return toSegment(rows[0]!);
    } catch (error) {
      if (violatedConstraint(error) === 'segments_name_once') throw new AppError('conflict');
      throw error;
    }
  }

  async removeSegment(actor: Actor, id: string): Answer<'removeSegment'> {
    const { count } = await this.database.sql(`DELETE FROM segments WHERE id = $1 AND brand_id = $2`, [
      id,
      actor.brandId,
    ]);
    if (count === 0) throw new AppError('not_found');
    return {};
  }

  /** A segment lets the same persons through for everybody, whoever may read their names. */
  async #recount(actor: Actor, row: SegmentRow): Promise<Segment> {
    const people = await countCustomers(this.database, { brandId: actor.brandId, filter: row.filter, personal: true });
    const { rows } = await this.database.sql<SegmentRow>(
      `UPDATE segments SET people = $3, counted_at = engawa_now() WHERE id = $1 AND brand_id = $2 RETURNING ${segmentColumns}`,
      [row.id, actor.brandId, people],
    );
    return toSegment(rows[0] ?? row);
  }
}

interface SegmentRow {
  id: string;
  name: string;
  filter: CustomerFilter;
  people: number;
  countedAt: Date;
  stale: boolean;
}
const segmentColumns = `id, name, filter, people, counted_at AS "countedAt"`;

const toSegment = ({ id, name, filter, people, countedAt }: SegmentRow): Segment => ({
  ...{ id, name, filter, people },
  countedAt: countedAt.toISOString(),
});

const askingOf = (actor: Actor, filter: CustomerFilter): Asking => ({
  brandId: actor.brandId,
  filter,
  personal: may(actor.role, 'people.read'),
});

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** @throws invalid_request for what no page has answered */
function readCursor(text: string): Cursor {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    if (Array.isArray(cursor) && (cursor[0] === null || typeof cursor[0] === 'string') && isId(cursor[1])) {
      return [cursor[0], cursor[1]];
    }
  } catch {
    // Answered below, as any other that cannot be read.
  }
  throw noPage();
}

const noPage = () =>
  new AppError('invalid_request', { issues: [{ path: 'after', message: 'not a page of this list' }] });

const isId = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value);
