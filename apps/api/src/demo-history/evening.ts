import { v7 as uuid } from 'uuid';
import type { Random } from '#insight/simulate';
import type { Actor } from '../accounts/index.ts';
import type { Evening } from './calendar.ts';
import type { HistoryClock } from './clock.ts';
import type { Person } from './crowd.ts';
import { Asking } from './asking.ts';
import type { EveningPlan } from './evening-plan.ts';
import type { Happening } from './happening.ts';
import { Sharing, type Invitation } from './invitations.ts';
import type { MediaStandIn } from './media-stand-in.ts';
import { Parallel } from './parallel.ts';
import { patiently } from './patience.ts';
import type { Services } from './services.ts';
import type { SurveyPlan } from './survey-plan.ts';
import { isSoldOut, Till, type Held, type SoldOrder, type Stall, type Voucher } from './till.ts';
import { viewerOf } from './visitors.ts';
import { aMessage, anAnswer, aThank } from './words.ts';

/** What goes on beside the selling. */
export interface Aside {
  surveys: SurveyPlan;
  invitations: Invitation[];
}

export interface EveningOutcome {
  showId: string;
  /** Paid on the evening, in the order of the plan. */
  orders: SoldOrder[];
  /** To be paid at a store. */
  vouchers: Voucher[];
  soldOut: number;
  abandoned: number;
  givenUp: number;
  messages: number;
}

/** The clock does not run further ahead of what is still being done. */
const LAG_SECONDS = 60;
/** The page of the show is still open then. */
const LINGERING_SECONDS = 30;
const LIGHT_AT_ONCE = 40;
const LIGHT_LAG_SECONDS = 600;
const HOST_SAYS_EVERY_SECONDS = 300;
/** After the end of the last hold. */
const HOLDS_OVER_SECONDS = 420;

/** Plays one show through the services, moment by moment, from the first picture until the last hold has ended. */
export class EveningShow {
  readonly #till: Till;
  readonly #asking: Asking;
  readonly #sharing: Sharing;
  readonly #outcome: EveningOutcome;

  constructor(
    private readonly services: Services,
    private readonly clock: HistoryClock,
    private readonly media: MediaStandIn,
    private readonly host: Actor,
    private readonly evening: Evening,
    private readonly plan: EveningPlan,
    private readonly aside: Aside,
    private readonly stall: Stall,
    private readonly random: Random,
  ) {
    this.#till = new Till(services.checkout);
    this.#asking = new Asking(services, host, stall.showId);
    this.#sharing = new Sharing(services, stall.showId);
    const { showId } = stall;
    this.#outcome = { showId, orders: [], vouchers: [], soldOut: 0, abandoned: 0, givenUp: 0, messages: 0 };
  }

  async play(): Promise<EveningOutcome> {
    const { broadcasts } = this.services;
    const { showId } = this.stall;
    const { brandId, memberId } = this.host;
    await this.clock.to(this.#moment(-5));
    await this.media.heartbeat();
    const { broadcastId } = await broadcasts.goLive(brandId, showId, memberId);
    await this.clock.to(this.#moment(0));
    await this.media.ready(broadcastId);
    const givenUp = await this.#happen();
    await this.clock.to(this.#moment(this.plan.seconds));
    await patiently(() => broadcasts.endShow(brandId, showId));
    this.media.over(broadcastId);
    await this.clock.to(this.#moment(this.plan.seconds + LINGERING_SECONDS));
    await Promise.all([this.#asking.afterwards(this.aside.surveys), this.#endHolds()]);
    for (const orderId of givenUp) await this.services.reconciler.reconcile(orderId);
    // What was paid by card left holes where vouchers are.
    return { ...this.#outcome, orders: this.#outcome.orders.filter(Boolean) };
  }

  async #endHolds(): Promise<void> {
    await this.clock.to(this.#moment(this.plan.seconds + HOLDS_OVER_SECONDS));
    await this.services.holds.releaseExpired();
  }

  #moment(seconds: number): Date {
    return new Date(this.evening.startsAt.getTime() + seconds * 1000);
  }

  /** @returns orders that their buyers gave up */
  async #happen(): Promise<string[]> {
    const givenUp: string[] = [];
    const happenings = [...this.#pins(), ...this.#purchases(), ...this.#attempts(givenUp), ...this.#talk()];
    happenings.push(...this.#asking.happenings(this.aside.surveys));
    happenings.push(...this.#sharing.happenings(this.aside.invitations));
    const [parallel, light] = [new Parallel(), new Parallel(LIGHT_AT_ONCE)];
    const underWay: { at: number; done: Promise<void> }[] = [];
    const lightUnderWay: typeof underWay = [];
    for (const { at, work, waits, isLight } of happenings.sort((a, b) => a.at - b.at)) {
      while (underWay[0] && (waits || underWay[0].at < at - LAG_SECONDS)) await underWay.shift()!.done;
      while (lightUnderWay[0] && lightUnderWay[0].at < at - LIGHT_LAG_SECONDS) await lightUnderWay.shift()!.done;
      await this.clock.to(this.#moment(at));
      if (waits) await work();
      else if (isLight) lightUnderWay.push({ at, ...(await light.add(work)) });
      else underWay.push({ at, ...(await parallel.add(work)) });
    }
    await parallel.idle();
    await light.idle();
    return givenUp;
  }

  #pins(): Happening[] {
    const { pins, deals } = this.services;
    const { brandId } = this.host;
    const { showId, offerOf, dealOf } = this.stall;
    const { deal, seconds } = this.plan;
    const spans = this.plan.pins.map(({ productId, from }): Happening => {
      const offerId = offerOf.get(productId)!;
      return { at: from, waits: true, work: () => patiently(() => pins.pin(brandId, showId, offerId)) };
    });
    const closing: Happening = {
      at: seconds - 60,
      waits: true,
      work: () => patiently(() => pins.pin(brandId, showId, null)),
    };
    if (!deal) return [...spans, closing];
    const start = async () => {
      const offerId = offerOf.get(deal.item.productId)!;
      const { id } = await deals.start(this.host, {
        ...{ showId, offerId, variantId: deal.item.variantId, kind: 'percent' as const, value: deal.percent },
        ...{ quantity: deal.quantity, perBuyer: deal.perBuyer, seconds: deal.seconds },
      });
      dealOf.set(deal.item.productId, id);
    };
    return [...spans, closing, { at: deal.at, waits: true, work: start }];
  }

  #purchases(): Happening[] {
    return this.plan.purchases.flatMap((purchase, index): Happening[] => {
      const { person, basket, isDeclinedOnce, isPaidAtStore, isFirst, holdAt, payAt } = purchase;
      const lines = basket.lines.map(({ item, quantity }) => ({ ...item, quantity }));
      let held: Promise<Held> | undefined;
      const hold = async () => {
        await this.#sharing.opened(person);
        return this.#till.hold(viewerOf(purchase), this.stall, lines);
      };
      const pay = async () => {
        if (isPaidAtStore) return this.#takeVoucher(await held!, person, true);
        const orderId = await this.#till.pay(await held!, person, { isDeclinedOnce });
        this.#outcome.orders[index] = { orderId, isFirst };
      };
      return [
        { at: holdAt, work: () => (held = hold()) },
        { at: payAt, work: pay },
      ];
    });
  }

  #attempts(givenUp: string[]): Happening[] {
    return this.plan.attempts.map(({ viewing, item, at, kind }): Happening => {
      const line = { ...item, quantity: 1 };
      const press = async () => {
        try {
          const held = await this.#till.hold(viewerOf(viewing), this.stall, [line]);
          if (kind === 'voucher') return await this.#takeVoucher(held, viewing.person, false);
          if (kind === 'declined') givenUp.push(await this.#till.giveUp(held, viewing.person));
          this.#outcome[kind === 'declined' ? 'givenUp' : 'abandoned'] += 1;
        } catch (error) {
          if (!isSoldOut(error)) throw error;
          this.#outcome.soldOut += 1;
        }
      };
      return { at, work: press, ...(kind === 'late' && { waits: true as const }) };
    });
  }

  async #takeVoucher(held: Held, person: Person, willPay: boolean): Promise<void> {
    const { day } = this.evening;
    this.#outcome.vouchers.push({ ...(await this.#till.voucher(held, person)), day, willPay });
  }

  /** Viewers, and the host who answers. */
  #talk(): Happening[] {
    const { chatters, purchases, seconds } = this.plan;
    const { showId } = this.stall;
    const say = (identity: Parameters<typeof this.services.chat.post>[0], name: string, text: string) => async () => {
      const message = { showId, clientMessageId: uuid(), name, text };
      await patiently(() => this.services.chat.post(identity, message));
      this.#outcome.messages += 1;
    };
    const viewer = (viewerId: string) => ({ kind: 'viewer' as const, viewerId });
    const remarks = chatters.map(({ viewing, at }): Happening => {
      const text = aMessage(at / seconds, this.random);
      return { at, work: say(viewer(viewerOf(viewing)), viewing.person.nickname, text) };
    });
    const happy = purchases
      .filter(() => this.random() < 0.15)
      .map((purchase): Happening => {
        const { payAt, person } = purchase;
        return { at: payAt + 15, work: say(viewer(viewerOf(purchase)), person.nickname, aThank(this.random)) };
      });
    const answers = Array.from({ length: Math.floor(seconds / HOST_SAYS_EVERY_SECONDS) }, (_, index): Happening => {
      const host = { kind: 'member' as const, ...this.host };
      return { at: (index + 0.6) * HOST_SAYS_EVERY_SECONDS, work: say(host, this.host.name, anAnswer(this.random)) };
    });
    return [...remarks, ...happy, ...answers];
  }
}
