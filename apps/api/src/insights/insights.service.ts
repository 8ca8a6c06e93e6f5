import { Injectable } from '@nestjs/common';
import type { ReplayInsights, ShowCurve, ShowInsights } from '#contracts/insights';
import { AppError } from '#platform/app-error';
import { Database, type Queryable } from '../database/index.ts';
import { SurveysService, WatchLog } from '../engagement/index.ts';
import { replayInsights } from './show/replay-watched.ts';
import { curveOf } from './show/show-curve.ts';
import { eventsIn, timesOf } from './show/show-figures.ts';
import { ShowReports } from './show/show-reports.ts';
import { dealRows, paidLines, showFacts, stretchesOf, type DealRow, type ShowFacts } from './show/show.queries.ts';

/** Several marketers who look at once share one reading. */
const FRESH_FOR_MS = 500;

/** The figures of one show. */
@Injectable()
export class InsightsService {
  readonly #recent = new Map<string, { at: number; insights: Promise<ShowInsights> }>();

  constructor(
    private readonly database: Database,
    private readonly watching: WatchLog,
    private readonly surveys: SurveysService,
    private readonly reports: ShowReports,
  ) {}

  /** @throws not_found, for another brand's show too */
  async show(brandId: string, showId: string): Promise<ShowInsights> {
    const key = `${brandId}:${showId}`;
    const recent = this.#recent.get(key);
    if (recent && Date.now() - recent.at < FRESH_FOR_MS) return recent.insights;
    const insights = this.#read(brandId, showId);
    this.#recent.set(key, { at: Date.now(), insights });
    setTimeout(() => this.#recent.delete(key), FRESH_FOR_MS).unref();
    return insights;
  }

  /** The same evening by the second. @throws not_found */
  async curve(brandId: string, showId: string): Promise<ShowCurve> {
    const kept = await this.reports.curve(await knownShow(this.database, brandId, showId));
    if (kept) return kept;
    return this.database.transaction(async (tx) => {
      const show = await knownShow(tx, brandId, showId);
      const { start, end } = timesOf(show);
      const watched = await stretchesOf(tx, showId);
      return curveOf(start, end, watched, await eventsIn(tx, show, await paidLines(tx, showId)));
    }, 'REPEATABLE READ');
  }

  /** @throws not_found, for another brand's show too */
  async replay(brandId: string, showId: string): Promise<ReplayInsights> {
    return this.database.transaction(async (tx) => {
      await knownShow(tx, brandId, showId);
      return replayInsights(tx, showId);
    }, 'REPEATABLE READ');
  }

  async #read(brandId: string, showId: string): Promise<ShowInsights> {
    const show = await knownShow(this.database, brandId, showId);
    const answered = (await this.surveys.ofShow(brandId, showId)).filter(({ moment }) => moment === 'room');
    const deals = await dealRows(this.database, showId);
    const { figures, asOf } = await this.reports.of(show);
    return {
      show: showOf(show),
      asOf: asOf.toISOString(),
      viewersNow: show.state === 'live' ? this.watching.watchingNow(showId) : 0,
      ...figures,
      deals: deals.map(dealOf),
      surveys: answered.map(({ kind, openedAt, answers, value }) => ({ kind, openedAt, answers, value })),
    };
  }
}

async function knownShow(queryable: Queryable, brandId: string, showId: string): Promise<ShowFacts> {
  const show = await showFacts(queryable, brandId, showId);
  if (!show) throw new AppError('not_found');
  return show;
}

function showOf(show: ShowFacts): ShowInsights['show'] {
  return {
    id: show.id,
    slug: show.slug,
    title: show.title,
    subtitle: show.subtitle,
    state: show.state,
    startsAt: show.starts_at.toISOString(),
    liveSince: show.live_since?.toISOString() ?? null,
    endedAt: show.ended_at?.toISOString() ?? null,
    timeZone: show.time_zone,
    currency: show.currency,
  };
}

function dealOf(deal: DealRow): ShowInsights['deals'][number] {
  return {
    productName: deal.name,
    from: deal.opens_at.toISOString(),
    to: deal.closes_at.toISOString(),
    units: deal.taken,
    quantity: deal.quantity,
  };
}
