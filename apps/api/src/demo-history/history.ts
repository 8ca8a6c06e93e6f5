import { readFile } from 'node:fs/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { seededRandom, type Random } from '#insight/simulate';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { sellingTerms, type Actor } from '../accounts/index.ts';
import { BackOffice } from './back-office.ts';
import { Shelf, type Item } from './baskets.ts';
import { calendarOf, type Evening } from './calendar.ts';
import { HistoryClock } from './clock.ts';
import { Crowd, type Person } from './crowd.ts';
import { Deliveries } from './deliveries.ts';
import { EveningShow, type Aside, type EveningOutcome } from './evening.ts';
import { planEvening, unitsOf, type EveningPlan } from './evening-plan.ts';
import { happened } from './happened.ts';
import { Invited, planInvitations } from './invitations.ts';
import { MediaStandIn } from './media-stand-in.ts';
import { Opinions } from './opinions.ts';
import { patiently } from './patience.ts';
import { servicesOf, type Services } from './services.ts';
import { SignIn } from './sign-in.ts';
import { planSurveys } from './survey-plan.ts';
import type { SoldOrder } from './till.ts';
import { spreadLinks } from './tracked-links.ts';
import { drawPurchases, type PlannedPurchase } from './truth.ts';
import { Visitors } from './visitors.ts';
import { Vouchers } from './vouchers.ts';

export interface HistoryOptions {
  seed: number;
  buyers: number;
  weeks: number;
}

export interface HistoryCounts {
  shows: number;
  people: number;
  orders: number;
  shipped: number;
  refunds: number;
  soldOut: number;
  abandoned: number;
  givenUp: number;
  /** Of the orders: with a voucher, on the next day. */
  paidAtStore: number;
  /** Vouchers that ended unpaid. */
  lapsed: number;
  messages: number;
  /** Rows of the interaction log that browsers told of. */
  told: number;
  signedIn: number;
  /** Mails to buyers whose parcel has come. */
  mailed: number;
}

/** What was done, and what the crowd was made to say and do: to be found again. */
export interface Played {
  counts: HistoryCounts;
  told: Opinions['told'];
  invited: Invited;
}

export const HISTORY_SLUG = 'evening-';
const OPENS_AT = '21:00';
const MORE_THAN_ENOUGH = 60;
/** Orders of the last days still wait to be sent. */
const UNSENT_DAYS = 2;
const HOUR_MS = 3_600_000;
/** From one stream of random numbers to the next. */
const ASIDE = 1_000_003;

/** Small things, so that a small amount can be spent too. Only a brand that has not got them gets them. */
const smallThings = [
  {
    name: '豆皿',
    note: '直径8cm・食洗機可',
    sku: 'MAMEZARA-01',
    picture: 'mamezara',
    priceAmount: 1320,
    description: '醤油にも、ひと口の菓子にも。',
  },
  {
    name: '箸置き',
    note: '長さ5cm',
    sku: 'HASHIOKI-01',
    picture: 'hashioki',
    priceAmount: 660,
    description: '轆轤の端切れの土から、ひとつずつ手で。',
  },
];

/**
 * Weeks of shows with a crowd of buyers, played through the services of `app`, which must be started, on a business clock that goes from the
 * past to the present. The same seed is the same history, but for ids and fractions of a minute.
 */
export class History {
  readonly #services: Services;
  readonly #clock: HistoryClock;
  readonly #random: Random;
  /** For what changes nothing of who comes and buys: what is shared, paid at a store and broken on the way. */
  readonly #aside: Random;
  /** For what is answered. */
  readonly #voices: Random;
  readonly #opinions: Opinions;
  readonly #vouchers: Vouchers;
  readonly #invited = new Invited();
  readonly #counts: HistoryCounts = {
    ...{ shows: 0, people: 0, orders: 0, shipped: 0, refunds: 0, soldOut: 0, abandoned: 0, givenUp: 0 },
    ...{ paidAtStore: 0, lapsed: 0, messages: 0, told: 0, signedIn: 0, mailed: 0 },
  };

  /** @param owner who goes on air, sends parcels and gives money back */
  constructor(
    app: INestApplicationContext,
    private readonly owner: Actor,
    private readonly options: HistoryOptions,
    private readonly report: (line: string) => void,
  ) {
    this.#services = servicesOf(app);
    this.#clock = new HistoryClock(this.#services.database);
    this.#random = seededRandom(options.seed);
    this.#aside = seededRandom(options.seed + ASIDE);
    this.#voices = seededRandom(options.seed + 2 * ASIDE);
    this.#opinions = new Opinions(this.#voices);
    this.#vouchers = new Vouchers(this.#services);
  }

  async play(): Promise<Played> {
    const calendar = calendarOf(await this.#starts());
    const media = new MediaStandIn(this.#services.broadcasts);
    // What the last run of Engawa left on air ends now, and not in the past.
    await this.#services.broadcasts.sweep();
    await this.#addSmallThings();
    const stock = await this.#stock();
    try {
      await this.#clock.begin(new Date(calendar[0]!.startsAt.getTime() - 12 * HOUR_MS));
      await media.open();
      await this.#evenings(calendar, media);
    } finally {
      await media.close();
      await this.#clock.restore();
      await this.#vouchers.today();
    }
    await this.#vouchers.lookAfter();
    // The shelf is as it was, for the shows of today.
    const { items } = await this.#shelf();
    await new BackOffice(this.#services, this.owner, this.#random).stock(items, ({ variantId }) =>
      stock.get(variantId)!,
    );
    await this.#catchUp();
    return { counts: this.#counts, told: this.#opinions.told, invited: this.#invited };
  }

  async #evenings(calendar: Evening[], media: MediaStandIn): Promise<void> {
    const { buyers } = this.options;
    const newcomers = calendar.map((evening) => evening.newcomers);
    const byFirstDay = Map.groupBy(drawPurchases(buyers, newcomers, this.#random), ([first]) => first!.day);
    const crowd = new Crowd(this.#random, buyers / calendar.length, this.#aside);
    const backOffice = new BackOffice(this.#services, this.owner, this.#aside);
    const visitors = new Visitors(this.#services.people);
    const signIn = new SignIn(this.#services, this.owner.brandId);
    const deliveries = new Deliveries(this.#services, this.owner.brandId, this.#opinions, this.#voices);
    const shelf = await this.#shelf();
    let yesterday: SoldOrder[] = [];
    for (const evening of calendar) {
      const began = performance.now();
      await this.#clock.to(hoursBefore(evening, 11));
      const [paidAtStore] = await Promise.all([this.#vouchers.pay(), deliveries.answer(evening.reached)]);
      this.#counts.lapsed += await this.#vouchers.lapse(evening.day);
      this.#counts.refunds += await backOffice.refund(yesterday);
      yesterday.push(...paidAtStore);
      if (evening.day < calendar.length - UNSENT_DAYS) this.#counts.shipped += await backOffice.ship(yesterday);

      const coming = this.#coming(crowd, evening, byFirstDay.get(evening.day) ?? []);
      const plan = planEvening(evening, coming, shelf, this.#random, this.#aside);
      const aside = this.#planAside(evening, plan, shelf);
      await backOffice.stock(shelf.items, (item) => {
        const sold = unitsOf(plan.purchases, item);
        return plan.scarce === item ? sold : sold + MORE_THAN_ENOUGH;
      });
      await this.#clock.to(hoursBefore(evening, 1 / 6));
      const [mailed] = await Promise.all([deliveries.ask(), visitors.arrive(plan.viewings)]);
      this.#counts.mailed += mailed;
      deliveries.expect(plan.purchases);
      const outcome = await this.#show(evening, plan, aside, shelf, media);
      this.#vouchers.take(outcome.vouchers);
      this.#counts.signedIn += await signIn.afterwards(plan);
      await this.#write(evening, plan, aside, outcome.showId);
      this.#count(coming, evening, outcome, paidAtStore.length);
      yesterday = outcome.orders;
      this.#tell(evening, calendar, outcome, plan, performance.now() - began);
    }
  }

  #coming(crowd: Crowd, evening: Evening, firstTimers: PlannedPurchase[][]): Person[] {
    return [...crowd.comeAgain(evening.day), ...crowd.arrive(evening, firstTimers)];
  }

  #planAside(evening: Evening, plan: EveningPlan, { productIds }: Shelf): Aside {
    const surveys = planSurveys(evening, plan, productIds, this.#opinions, this.#voices);
    const invitations = planInvitations(evening, plan, this.#aside);
    for (const { viewing } of invitations.flatMap(({ friends }) => friends)) this.#invited.add(viewing, evening.day);
    return { surveys, invitations };
  }

  async #show(
    evening: Evening,
    plan: EveningPlan,
    aside: Aside,
    shelf: Shelf,
    media: MediaStandIn,
  ): Promise<EveningOutcome> {
    const { title, subtitle, startsAt, minutes } = evening;
    const posterImageId = await this.#poster();
    const show = await this.#services.shows.schedule(this.owner.brandId, {
      ...{ title, subtitle, hostName: this.owner.name, productIds: shelf.productIds, posterImageId },
      slug: `${HISTORY_SLUG}${startsAt.toISOString().slice(0, 10)}`,
      startsAt: startsAt.toISOString(),
      endsAt: new Date(startsAt.getTime() + minutes * 60_000).toISOString(),
    });
    const offerOf = new Map(show.offers.map(({ id, productId }) => [productId, id]));
    const stall = { showId: show.id, offerOf, dealOf: new Map<string, string>() };
    if (evening.hasLinks) await spreadLinks(this.#services, this.owner.brandId, show.id, plan.viewings, this.#aside);
    await this.#vouchers.date(startsAt);
    const { owner } = this;
    return new EveningShow(this.#services, this.#clock, media, owner, evening, plan, aside, stall, this.#random).play();
  }

  /** What browsers told, then what the ledger knows, all of it added up before the next evening. */
  async #write(evening: Evening, plan: EveningPlan, { invitations }: Aside, showId: string): Promise<void> {
    const { log, watching } = this.#services;
    const { rows, stretches } = happened(evening, plan, invitations, { brandId: this.owner.brandId, showId });
    await watching.keep(stretches);
    for (let from = 0; from < rows.length; from += 5_000) {
      await patiently(() => log.record(...rows.slice(from, from + 5_000)));
    }
    await this.#catchUp();
    this.#counts.told += rows.length;
  }

  async #catchUp(): Promise<void> {
    const { ledger, rollups } = this.#services;
    await patiently(() => ledger.sweep(['holds', 'orders', 'refunds', 'messages'], '1 day'));
    await patiently(() => rollups.catchUp());
  }

  #count(coming: Person[], { day }: Evening, outcome: EveningOutcome, paidAtStore: number): void {
    const { soldOut, abandoned, givenUp, messages } = outcome;
    const orders = outcome.orders.length + paidAtStore;
    const more = { shows: 1, soldOut, abandoned, givenUp, messages, orders, paidAtStore };
    for (const [name, value] of Object.entries(more)) this.#counts[name as keyof typeof more] += value;
    this.#counts.people += coming.filter(({ since }) => since === day).length;
  }

  #tell(
    { day, title }: Evening,
    calendar: Evening[],
    { orders }: EveningOutcome,
    plan: EveningPlan,
    took: number,
  ): void {
    const sums = `${plan.viewings.length} viewers, ${orders.length} orders, ${this.#counts.orders} so far`;
    this.report(`${day + 1} of ${calendar.length}  ${title}: ${sums}`);
    logger.debug({ day, orders: orders.length, ms: Math.round(took) }, 'an evening of the history');
  }

  /** One show each evening of the brand's zone; the last was yesterday's. */
  async #starts(): Promise<{ startsAt: Date; weekday: number }[]> {
    const { rows } = await this.#services.database.sql<{ startsAt: Date; weekday: number }>(
      `SELECT (day::date + $3::time) AT TIME ZONE b.time_zone AS "startsAt", extract(dow FROM day)::int AS weekday
       FROM brands b, generate_series((engawa_now() AT TIME ZONE b.time_zone)::date - $2::int,
                                      (engawa_now() AT TIME ZONE b.time_zone)::date - 1, interval '1 day') AS day
       WHERE b.id = $1 ORDER BY day`,
      [this.owner.brandId, this.options.weeks * 7, OPENS_AT],
    );
    return rows;
  }

  /** That of the brand's newest show. */
  async #poster(): Promise<string | null> {
    const { rows } = await this.#services.database.sql<{ id: string }>(
      `SELECT poster_image_id AS id FROM shows WHERE brand_id = $1 AND poster_image_id IS NOT NULL ORDER BY id DESC LIMIT 1`,
      [this.owner.brandId],
    );
    return rows[0]?.id ?? null;
  }

  /** On hand and free, by variant. */
  async #stock(): Promise<Map<string, number>> {
    const { products } = await this.#services.products.list(this.owner.brandId, undefined, 100);
    return new Map(products.flatMap(({ variants }) => variants.map(({ id, available }) => [id, available])));
  }

  async #addSmallThings(): Promise<void> {
    const { brandId } = this.owner;
    const { products } = await this.#services.products.list(brandId, undefined, 100);
    const pictures = await picturesOf(config.demoArtFile);
    const known = new Set(products.flatMap(({ variants }) => variants.map(({ sku }) => sku)));
    for (const { sku, priceAmount, picture, ...product } of smallThings) {
      if (known.has(sku)) continue;
      const variants = [{ name: '', sku, priceAmount, swatch: null, stock: MORE_THAN_ENOUGH }];
      const path = pictures[picture];
      const imageId = path ? (await this.#services.images.add(brandId, await readFile(path))).imageId : null;
      await this.#services.products.create(brandId, { ...product, imageId, variants });
    }
  }

  async #shelf(): Promise<Shelf> {
    const { brandId } = this.owner;
    const terms = await sellingTerms(this.#services.database, brandId);
    const { products } = await this.#services.products.list(brandId, undefined, 100);
    const items: Item[] = products
      .toReversed()
      .flatMap(({ id, variants }) =>
        variants.map(({ id: variantId, priceAmount }) => ({ productId: id, variantId, priceAmount })),
      );
    const free = terms.freeShippingFromAmount;
    const shipping = (goods: number) => (free !== null && goods >= free ? 0 : (terms.shippingRates[0]?.amount ?? 0));
    return new Shelf(items, shipping);
  }
}

const hoursBefore = ({ startsAt }: Evening, hours: number) => new Date(startsAt.getTime() - hours * HOUR_MS);

/** Paths of the pictures that were drawn for the demo, by name. */
async function picturesOf(file: string | undefined): Promise<Record<string, string>> {
  if (!file) return {};
  return (JSON.parse(await readFile(file, 'utf8')) as { products: Record<string, string> }).products;
}
