import { Injectable } from '@nestjs/common';
import type { Overview, OverviewDay, OverviewFigures, OverviewRequest, Ratio } from '#contracts/overview';
import { ratio } from '#insight/ratio';
import { retentionRate } from '#insight/retention';
import { Database } from '../../database/index.ts';
import {
  audienceOf,
  frameOf,
  moneyOf,
  voicesOf,
  type AudienceFigures,
  type Frame,
  type Money,
  type MoneyFigures,
  type VoiceFigures,
  type Window,
} from './overview.queries.ts';

/** Several marketers who look at once share one reading. */
const FRESH_FOR_MS = 500;
const DAY_MS = 86_400_000;

@Injectable()
export class OverviewService {
  readonly #recent = new Map<string, Promise<Overview>>();

  constructor(private readonly database: Database) {}

  async read(brandId: string, request: OverviewRequest): Promise<Overview> {
    const key = JSON.stringify([brandId, request]);
    const recent = this.#recent.get(key);
    if (recent) return recent;
    const overview = this.#read(brandId, request);
    this.#recent.set(key, overview);
    setTimeout(() => this.#recent.delete(key), FRESH_FOR_MS).unref();
    return overview;
  }

  /** All figures of one moment: one snapshot of the database. */
  async #read(brandId: string, request: OverviewRequest): Promise<Overview> {
    return this.database.transaction(async (tx) => {
      // The orders of a large brand are sorted and grouped in memory, and compiling the plan takes longer than that.
      await tx.sql(`SELECT set_config('work_mem', '64MB', true), set_config('jit', 'off', true)`);
      const frame = await frameOf(tx, brandId, request);
      const money = await moneyOf(tx, brandId, frame);
      const audiences = await audienceOf(tx, brandId, frame);
      const voices = await voicesOf(tx, brandId, frame);
      const figuresOf = (name: Window['name']) =>
        figures(
          money.windows.find((one) => one.name === name)!,
          audiences.find((one) => one.name === name)!,
          voices.find((one) => one.name === name)!,
          frame.margin_bp,
        );
      const [period, comparison] = (['now', 'before'] as const).map((name) =>
        frame.windows.find((one) => one.name === name)!,
      ) as [Window, Window];
      const days = daysOf(money, frame);
      const within = ({ from, to }: Window) => days.filter(({ day }) => day >= from && day <= to);
      return {
        currency: frame.currency,
        timeZone: frame.time_zone,
        asOf: frame.now.toISOString(),
        today: frame.today,
        firstDay: frame.first_day,
        marginBp: frame.margin_bp,
        period: { from: period.from, to: period.to },
        comparison: { from: comparison.from, to: comparison.to },
        now: figuresOf('now'),
        before: figuresOf('before'),
        days: within(period),
        daysBefore: within(comparison),
        retentionCurve: {
          intervalDays: money.interval_days,
          intervals: (money.intervals ?? []).map(({ interval, part, whole }) => ({ interval, ratio: of(part, whole) })),
        },
      };
    }, 'REPEATABLE READ');
  }
}

const of = (part: number, whole: number): Ratio => ({ value: ratio(part, whole), part, whole });

function figures(
  money: MoneyFigures,
  audience: AudienceFigures,
  voice: VoiceFigures,
  marginBp: number | null,
): OverviewFigures {
  const { at_start: atStart, at_end: atEnd, gained } = money;
  const answers = voice.promoters + voice.passives + voice.detractors;
  const watchSeconds = audience.watched_ms / 1000;
  return {
    customers: money.customers,
    value: of(money.net_to_date, money.customers),
    margin: marginBp === null ? null : of((money.net_to_date * marginBp) / 10_000, money.customers),
    forecast: voice.predicted === null ? null : of(voice.predicted, voice.predicted_customers!),
    netAmount: money.net,
    gmvAmount: money.gmv,
    orders: money.orders,
    aov: of(money.net, money.orders),
    buyers: money.buyers,
    newBuyers: money.new_buyers,
    returningBuyers: money.buyers - money.new_buyers,
    f2: money.f2.map(({ days, cohort, repeated }) => ({ days, ratio: of(repeated, cohort) })),
    repeatCumulative: of(money.repeat_buyers, money.customers),
    repeaterShare: of(money.repeat_buyers, money.buyers),
    retention: {
      ratio: { value: retentionRate({ atStart, atEnd, gained }), part: atEnd - gained, whole: atStart },
      ...{ atStart, atEnd, gained },
    },
    churn: of(money.lost, money.bought_before),
    churnByModel: voice.mean_p_alive === null ? null : 1 - voice.mean_p_alive,
    sessions: of(audience.sessions, audience.persons),
    shows: audience.shows,
    viewers: audience.viewers,
    showsJoined: of(audience.views, audience.viewers),
    watchSeconds,
    watchPerView: of(watchSeconds, audience.views),
    watchPerViewer: of(watchSeconds, audience.viewers),
    engagement: of(audience.engaged, audience.viewers),
    ctr: of(audience.clicks, audience.impressions),
    uniqueCtr: of(audience.clicked, audience.saw),
    conversion: of(money.show_buyers, audience.viewers),
    ordersPerClick: of(money.show_orders, audience.clicks),
    csat: of(voice.satisfied, voice.csat),
    nps: {
      ratio: of(voice.promoters - voice.detractors, answers),
      ...{ promoters: voice.promoters, passives: voice.passives, detractors: voice.detractors },
    },
    referrers: of(money.referrers, money.customers),
    referredOrders: of(money.referred, money.new_buyers),
  };
}

/** Every day from the first of the periods to today, those without an order too. */
function daysOf({ windows: figures, days, customers_before }: Money, { windows, today }: Frame): OverviewDay[] {
  const byDay = new Map((days ?? []).map((one) => [one.day, one]));
  const first = windows.map(({ from }) => from).sort()[0]!;
  const last = [
    windows
      .map(({ to }) => to)
      .sort()
      .at(-1)!,
    today,
  ].sort()[0]!;
  const all: OverviewDay[] = [];
  const before = figures.find(({ name }) => name === 'before')!;
  let net = before.net_to_date - before.net;
  let customers = customers_before;
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
    const day = new Date(at).toISOString().slice(0, 10);
    const sold = byDay.get(day) ?? { net: 0, gmv: 0, orders: 0, firsts: 0 };
    net += sold.net;
    customers += sold.firsts;
    all.push({
      ...{ day, netAmount: sold.net, gmvAmount: sold.gmv, orders: sold.orders, newCustomers: sold.firsts },
      value: ratio(net, customers),
    });
  }
  return all;
}
