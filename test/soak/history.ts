import type { Hold, PublicOrder } from '#contracts/checkout';
import type { Answer } from './shop-client.ts';

export interface Violation {
  rule: string;
  detail: string;
}

export interface KnownHold {
  viewerId: string;
  offerId: string;
  variantId: string;
  quantity: number;
  /** False since a change of it was left without an answer: variant and quantity may be other ones. */
  certain: boolean;
  /** Pay was pressed for it: its order decides what becomes of it. */
  pressed: boolean;
  released: boolean;
}

export interface KnownOrder {
  order: PublicOrder;
  viewerId: string;
  told: Set<PublicOrder['state']>;
  /** When it was first told to be over, by the clock of this process. */
  over: { state: PublicOrder['state']; at: number } | null;
}

export interface GivenBack {
  atLeast: number;
  atMost: number;
}

/** All that the clients of one run were told, and what they did that nobody may forget. */
export class History {
  readonly startedAt = new Date();
  readonly viewers: string[] = [];
  readonly holds = new Map<string, KnownHold>();
  readonly orders = new Map<string, KnownOrder>();
  /** Orders whose buyer was let through by the bank, or paid their voucher, on the payment that we had shown them. */
  readonly passedBank = new Set<string>();
  readonly canceledByStaff = new Set<string>();
  /** What staff gave back of orders. What was not answered may have been done. */
  readonly givenBack = { money: new Map<string, GivenBack>(), goods: new Map<string, GivenBack>() };
  /** What was wrong at the moment at which it was told. */
  readonly violations: Violation[] = [];
  readonly #orderOfKey = new Map<string, string>();

  wrong(rule: string, detail: string): void {
    this.violations.push({ rule, detail });
  }

  holdTold(viewerId: string, hold: Pick<Hold, 'id' | 'offerId' | 'variantId' | 'quantity'>): void {
    const known = this.holds.get(hold.id);
    if (known) {
      if (known.viewerId !== viewerId) this.wrong('a hold has one owner', hold.id);
      known.variantId = hold.variantId;
      known.quantity = hold.quantity;
      return;
    }
    const { offerId, variantId, quantity } = hold;
    this.holds.set(hold.id, {
      viewerId,
      offerId,
      variantId,
      quantity,
      certain: true,
      pressed: false,
      released: false,
    });
  }

  /** A list of open holds that a viewer was shown. */
  openHoldsTold(viewerId: string, holds: Hold[]): void {
    const variants = new Set(holds.map(({ variantId }) => variantId));
    if (variants.size < holds.length) {
      this.wrong(
        'a viewer has one open hold of a variant',
        `viewer ${viewerId}: ${holds.map(({ id }) => id).join(' ')}`,
      );
    }
  }

  uncertain(holdId: string): void {
    const hold = this.holds.get(holdId);
    if (hold) hold.certain = false;
  }

  /** A wish of this viewer was left without an answer: it may have changed what they held. */
  uncertainOf(viewerId: string): void {
    for (const hold of this.holds.values()) if (hold.viewerId === viewerId) hold.certain = false;
  }

  pressed(holdIds: string[]): void {
    for (const id of holdIds) {
      const hold = this.holds.get(id);
      if (hold) hold.pressed = true;
    }
  }

  released(holdId: string): void {
    const hold = this.holds.get(holdId);
    if (hold) hold.released = true;
  }

  /** @param presses of one key: together they are one deed */
  gaveBack(orderId: string, what: 'money' | 'goods', amount: number, presses: Answer<unknown>[]): void {
    const kinds = new Set(presses.map(({ kind }) => kind));
    const { atLeast, atMost } = this.givenBack[what].get(orderId) ?? { atLeast: 0, atMost: 0 };
    this.givenBack[what].set(orderId, {
      atLeast: atLeast + (kinds.has('done') ? amount : 0),
      atMost: atMost + (kinds.has('done') || kinds.has('unknown') ? amount : 0),
    });
  }

  /** @param askedAt when the call began: what was over by then must be told as over */
  orderTold(viewerId: string, key: string, order: PublicOrder, askedAt: number): void {
    const first = this.#orderOfKey.get(`${viewerId} ${key}`);
    if (first && first !== order.id) this.wrong('one press of Pay is one order', `${first} and ${order.id}`);
    this.#orderOfKey.set(`${viewerId} ${key}`, order.id);

    let known = this.orders.get(order.id);
    if (!known) {
      known = { order, viewerId, told: new Set(), over: null };
      this.orders.set(order.id, known);
    }
    if (known.viewerId !== viewerId) this.wrong('an order has one buyer', order.id);
    known.told.add(order.state);
    const { over } = known;
    if (over && askedAt > over.at && !follows(over.state, order.state)) {
      this.wrong('what is over stays over', `${order.id} was told ${over.state}, then ${order.state}`);
    }
    if (!over && order.state !== 'pending') known.over = { state: order.state, at: performance.now() };
  }
}

const follows = (before: PublicOrder['state'], after: PublicOrder['state']) =>
  before === after || (before === 'paid' && after === 'refunded');
