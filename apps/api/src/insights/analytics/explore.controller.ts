import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { exploreApi } from '#contracts/explore';
import { ratio } from '#insight/ratio';
import { AppError } from '#platform/app-error';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { Database } from '../../database/index.ts';
import { intervalOf } from './analytics.ts';
import { AnalyticsService } from './analytics.service.ts';

const MOST_COHORTS = 120;

/** Questions that a marketer makes up. */
@Controller()
@Access('insights.read')
export class ExploreController {
  constructor(
    private readonly database: Database,
    private readonly answers: AnalyticsService,
  ) {}

  @Endpoint(exploreApi.funnel)
  async funnel(
    @CurrentMember() { brandId }: Actor,
    @Input(exploreApi.funnel) { steps, windowSeconds, from, to }: ParsedRequestOf<typeof exploreApi.funnel>,
  ) {
    const query = { steps, windowSeconds, from: new Date(from), to: new Date(to) };
    const reached = await this.answers.analytics.funnel(brandId, query);
    return {
      steps: steps.map((name, step) => ({
        name,
        persons: reached[step]!,
        ofFirst: ratio(reached[step]!, reached[0]!),
        ofPrevious: step === 0 ? null : ratio(reached[step]!, reached[step - 1]!),
      })),
    };
  }

  @Endpoint(exploreApi.sessions)
  async sessions(
    @CurrentMember() { brandId }: Actor,
    @Input(exploreApi.sessions) { from, to }: ParsedRequestOf<typeof exploreApi.sessions>,
  ) {
    const figures = await this.answers.analytics.sessions(brandId, { from: new Date(from), to: new Date(to) });
    return { ...figures, frequency: ratio(figures.sessions, figures.persons) };
  }

  @Endpoint(exploreApi.watchTime)
  async watchTime(
    @CurrentMember() { brandId }: Actor,
    @Input(exploreApi.watchTime) { id }: ParsedRequestOf<typeof exploreApi.watchTime>,
  ) {
    const figures = await this.answers.analytics.watchTime(brandId, id);
    return {
      ...figures,
      perView: ratio(figures.seconds, figures.views),
      perViewer: ratio(figures.seconds, figures.viewers),
    };
  }

  @Endpoint(exploreApi.cohorts)
  async cohorts(
    @CurrentMember() { brandId }: Actor,
    @Input(exploreApi.cohorts) { from, to, ...query }: ParsedRequestOf<typeof exploreApi.cohorts>,
  ) {
    const [first, last] = [intervalOf(query.unit, from), intervalOf(query.unit, to)];
    if (last - first >= MOST_COHORTS) {
      const message = `at most ${MOST_COHORTS} cohorts`;
      throw new AppError('invalid_request', { issues: [{ path: 'to', message }] }, `to: ${message}`);
    }
    const counts = await this.answers.analytics.cohorts(brandId, { ...query, from: first, to: last });
    const { rows } = await this.database.sql<{ today: string }>(
      `SELECT (engawa_now() AT TIME ZONE time_zone)::date::text AS today FROM brands WHERE id = $1`,
      [brandId],
    );
    const finished = intervalOf(query.unit, rows[0]!.today) - 1;
    const persons = new Map(counts.map((count) => [`${count.cohort} ${count.after}`, count.persons]));
    return {
      cohorts: Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
        const interval = first + index;
        const size = persons.get(`${interval} 0`) ?? 0;
        const cells = Array.from({ length: query.horizon + 1 }, (_, after) => {
          const active = persons.get(`${interval} ${after}`) ?? 0;
          return interval + after > finished ? null : { active, rate: ratio(active, size) };
        });
        return { interval, size, cells };
      }),
    };
  }
}
