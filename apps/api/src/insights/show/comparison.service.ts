import { Injectable } from '@nestjs/common';
import { comparedFigures, type ComparedShow, type ShowComparison } from '#contracts/insights';
import { ratio } from '#insight/ratio';
import { Database, type Queryable } from '../../database/index.ts';
import { brandOf, comparedRows, type ComparedRow } from './comparison.queries.ts';
import { lineOf } from './show-curve.ts';
import { stretchesOf } from './show.queries.ts';

/** Who watched an ended show changes only when people turn out to be one. */
const KEEP_CURVE_MS = 600_000;

type Curve = ReturnType<typeof lineOf>;

/** All shows of a brand, each by the same figures. */
@Injectable()
export class ShowComparisonService {
  readonly #curves = new Map<string, Curve & { readAt: number }>();

  constructor(private readonly database: Database) {}

  async shows(brandId: string): Promise<ShowComparison> {
    const { currency, time_zone } = await brandOf(this.database, brandId);
    const shows: ComparedShow[] = [];
    for (const row of await comparedRows(this.database, brandId)) {
      shows.push(comparedOf(row, await this.#curveOf(this.database, row)));
    }
    const ended = shows.filter(({ state }) => state === 'ended');
    const median = Object.fromEntries(
      comparedFigures.map((figure) => [figure, medianOf(ended.map((show) => show[figure]))]),
    ) as ShowComparison['median'];
    return { currency, timeZone: time_zone, shows, median };
  }

  async #curveOf(queryable: Queryable, { id, state, live_since, until, reported }: ComparedRow): Promise<Curve> {
    if (reported) return reported;
    const kept = this.#curves.get(id);
    if (kept && Date.now() - kept.readAt < KEEP_CURVE_MS) return kept;
    const read = lineOf(live_since.getTime(), until.getTime(), await stretchesOf(queryable, id));
    if (state !== 'ended') return read;
    if (this.#curves.size >= 1_000) this.#curves.clear();
    this.#curves.set(id, { ...read, readAt: Date.now() });
    return read;
  }
}

function comparedOf(row: ComparedRow, { peak, line }: Curve): ComparedShow {
  return {
    ...{ id: row.id, slug: row.slug, title: row.title, subtitle: row.subtitle, state: row.state },
    liveSince: row.live_since.toISOString(),
    seconds: Math.max(0, row.until.getTime() - row.live_since.getTime()) / 1000,
    ...{ viewers: row.viewers, peak, line },
    watchSecondsPerViewer: ratio(row.watched_ms / 1000, row.viewers),
    engagementRate: ratio(row.engaged, row.viewers),
    clickRate: ratio(row.clicks, row.impressions),
    conversion: ratio(row.buyers, row.viewers),
    ...{ orders: row.orders, gmvAmount: row.gmv, netAmount: row.net },
    averageOrderAmount: ratio(row.net, row.orders),
    newBuyers: row.new_buyers,
    returningBuyers: row.buyers - row.new_buyers,
  };
}

/** Of those that have a value; between two, their middle. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  const upper = known[Math.floor(known.length / 2)];
  if (upper === undefined) return null;
  return known.length % 2 === 1 ? upper : (upper + known[known.length / 2 - 1]!) / 2;
}
