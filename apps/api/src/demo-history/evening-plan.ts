import { exponential, type Random } from '#insight/simulate';
import type { Basket, Item, Shelf } from './baskets.ts';
import { KONBINI_MAX_AMOUNT } from '#contracts/checkout';
import type { Evening } from './calendar.ts';
import { buysOn, wayBack, type Person, type Source } from './crowd.ts';
import { byLink } from './tracked-links.ts';
import { pick } from './words.ts';

/** Times are seconds from the first picture. */
export interface PinSpan {
  productId: string;
  from: number;
  to: number;
}

export interface Purchase {
  person: Person;
  device: number;
  basket: Basket;
  /** The product that was on screen when they pressed Buy. */
  productId: string;
  holdAt: number;
  payAt: number;
  /** Their first card is refused. */
  isDeclinedOnce: boolean;
  /** On the next day, with a voucher. */
  isPaidAtStore: boolean;
  isFirst: boolean;
}

/** Presses Buy and comes to nothing. */
export interface Attempt {
  viewing: Viewing;
  item: Item;
  at: number;
  /** `voucher`: they take one, and do not go to the store. */
  kind: 'abandoned' | 'declined' | 'late' | 'voucher';
}

export interface Viewing {
  person: Person;
  device: number;
  source: Source;
  /** Below 0 for those who wait for the show. */
  from: number;
  /** Infinity for those who stay to the end. */
  to: number;
}

export interface Click {
  viewing: Viewing;
  productId: string;
  at: number;
}

/** Of an evening of the weekend. Who buys that product then buys it in the deal. */
export interface PlannedDeal {
  item: Item;
  percent: number;
  quantity: number;
  perBuyer: number;
  at: number;
  seconds: number;
}

export interface EveningPlan {
  seconds: number;
  pins: PinSpan[];
  viewings: Viewing[];
  impressions: Click[];
  clicks: Click[];
  hearts: { viewing: Viewing; at: number; count: number }[];
  chatters: { viewing: Viewing; at: number }[];
  purchases: Purchase[];
  attempts: Attempt[];
  deal: PlannedDeal | null;
  /** There is exactly as much of it as is bought, so that whoever comes later finds it sold out. */
  scarce: Item | null;
}

const CLOSING_SECONDS = 90;
const DEAL_PERCENT = 15;
const DEAL_PER_BUYER = 8;
/** A deal's price draws those whose money it fits. */
const DEAL_NEAR = 0.04;
const DEAL_TAKEN = 0.7;
const ABANDONED = 0.08;
const DECLINED_ONCE = 0.04;
const GIVEN_UP = 0.008;
const VOUCHER_LAPSES = 0.01;
const LATE = 0.05;
/** How gladly people look at a product, in the order of the catalogue: what holds them in the show, and makes them click. */
const ATTRACTION = [0.9, 0.75, 1.25, 1.5, 0.8, 1.1, 0.6, 0.7];

/**
 * Who comes when, and what they do. People come for the start and at a new product that they like, and leave at one that they do not; who
 * buys a product presses Buy while it is on screen.
 */
export function planEvening(
  evening: Evening,
  coming: Person[],
  shelf: Shelf,
  random: Random,
  /** For what changes nothing of who comes and buys. */
  aside: Random,
): EveningPlan {
  const seconds = evening.minutes * 60;
  const { items, productIds } = shelf;
  const attraction = new Map(productIds.map((id, index) => [id, ATTRACTION[index % ATTRACTION.length]!]));
  const pins = pinsOf(evening.day, productIds, attraction, seconds);
  const deal = evening.hasDeal ? planDeal(pick(items, random), pins) : null;
  const purchases = planPurchases(evening, coming, shelf, deal, pins, random);
  if (deal) deal.quantity += unitsOf(purchases, deal.item);
  const plenty = items.filter((item) => item.productId !== deal?.item.productId);
  const wanted = plenty.filter((item) => unitsOf(purchases, item) > 0);
  const scarce = evening.day % 3 === 1 && wanted.length > 1 ? pick(wanted, random) : null;

  const byPerson = new Map(purchases.map((purchase) => [purchase.person, purchase]));
  const viewings = coming.map((person) => planViewing(evening, person, byPerson.get(person), pins, attraction, random));
  const { impressions, clicks } = planLooks(viewings, byPerson, pins, attraction, random);
  const strangers = viewings.filter(({ person }) => person.purchases.length === 0 && person.since === evening.day);
  const goods = { plenty: plenty.filter((item) => item !== scarce), scarce };
  const attempts = planAttempts(strangers, purchases.length, goods, pins, seconds, random, aside);
  for (const { viewing, item, at } of attempts) clicks.push({ viewing, productId: item.productId, at: at - 8 });
  const during = ({ from, to }: Viewing) => {
    const start = Math.max(0, from);
    return start + random() * Math.max(1, Math.min(to, seconds) - start - 2);
  };
  return {
    ...{ seconds, pins, deal, viewings, impressions, clicks, purchases, attempts, scarce },
    hearts: viewings
      .filter(() => random() < 0.22)
      .map((viewing) => ({ viewing, at: during(viewing), count: 1 + Math.floor(exponential(1 / 6, random)) })),
    chatters: viewings.filter(() => random() < 0.07).map((viewing) => ({ viewing, at: during(viewing) })),
  };
}

/** How many of it are bought. */
export const unitsOf = (purchases: Purchase[], item: Item): number =>
  purchases
    .flatMap(({ basket }) => basket.lines)
    .reduce((sum, line) => sum + (line.item.variantId === item.variantId ? line.quantity : 0), 0);

/** While the product is on screen, and a little longer: who pressed Buy at the last moment has it. */
function planDeal(item: Item, pins: PinSpan[]): PlannedDeal {
  const { from, to } = pins.find(({ productId }) => productId === item.productId)!;
  const terms = { percent: DEAL_PERCENT, quantity: 10, perBuyer: DEAL_PER_BUYER };
  return { item, ...terms, at: from + 5, seconds: Math.ceil(to - from) + 90 };
}

function planPurchases(
  { day, isLast }: Evening,
  coming: Person[],
  shelf: Shelf,
  deal: PlannedDeal | null,
  pins: PinSpan[],
  random: Random,
): Purchase[] {
  const atDeal = deal && shelf.dealBaskets(deal.item, deal.percent);
  const atPrice = shelf.baskets(deal?.item.productId ?? null);
  return coming.flatMap((person) => {
    const planned = buysOn(person, day);
    if (!planned) return [];
    const cheap = atDeal?.near(planned.amount, random);
    const fits = cheap && Math.abs(cheap.totalAmount / planned.amount - 1) < DEAL_NEAR && random() < DEAL_TAKEN;
    const basket = fits ? cheap : atPrice.near(planned.amount, random);
    const purchase = planPurchase(person, basket, planned === person.purchases[0], pins, random);
    // A deal is not sold so; and two purchases that were paid on one day would look like one.
    const isPayable = !fits && !isLast && basket.totalAmount <= KONBINI_MAX_AMOUNT && !buysOn(person, day + 1);
    return [{ ...purchase, isPaidAtStore: person.paysAtStore && isPayable }];
  });
}

/** What each viewer saw of the products, and clicked: nobody buys without. */
function planLooks(
  viewings: Viewing[],
  byPerson: Map<Person, Purchase>,
  pins: PinSpan[],
  attraction: Map<string, number>,
  random: Random,
): { impressions: Click[]; clicks: Click[] } {
  const impressions: Click[] = [];
  const clicks: Click[] = [];
  for (const viewing of viewings) {
    const own = byPerson.get(viewing.person);
    for (const { productId, from, to } of pins) {
      const at = Math.max(viewing.from, from) + 1 + exponential(0.5, random);
      if (at + 5 > Math.min(viewing.to, to)) continue;
      impressions.push({ viewing, productId, at });
      if (own?.productId === productId) clicks.push({ viewing, productId, at: Math.max(at, own.holdAt - 20) });
      else if (random() < 0.07 * attraction.get(productId)!) {
        clicks.push({ viewing, productId, at: Math.min(at + exponential(1 / 25, random), to - 1, viewing.to - 1) });
      }
    }
  }
  return { impressions, clicks };
}

/** Each product in turn, longer the more there is to like; another one begins each evening. */
function pinsOf(day: number, productIds: string[], attraction: Map<string, number>, seconds: number): PinSpan[] {
  const first = day % productIds.length;
  const order = [...productIds.slice(first), ...productIds.slice(0, first)];
  const weights = order.map((id) => 0.6 + 0.4 * attraction.get(id)!);
  const unit = (seconds - CLOSING_SECONDS - 60) / weights.reduce((sum, one) => sum + one, 0);
  let at = 60;
  return order.map((productId, index) => {
    const from = at;
    at += weights[index]! * unit;
    return { productId, from, to: at };
  });
}

function planPurchase(
  person: Person,
  basket: Basket,
  isFirst: boolean,
  pins: PinSpan[],
  random: Random,
): Omit<Purchase, 'isPaidAtStore'> {
  const [main] = [...basket.lines].sort((a, b) => b.item.priceAmount - a.item.priceAmount);
  const pin = pins.find(({ productId }) => productId === main!.item.productId)!;
  const latest = pin.to - 15;
  const holdAt = Math.min(pin.from + 20 + exponential(1 / 55, random), latest - random() * 20);
  return {
    ...{ person, basket, isFirst, holdAt },
    device: person.devices > 1 && !isFirst && random() < 0.5 ? 1 : 0,
    productId: main!.item.productId,
    payAt: holdAt + 20 + random() * 45,
    isDeclinedOnce: random() < DECLINED_ONCE,
  };
}

function planViewing(
  evening: Evening,
  person: Person,
  purchase: Purchase | undefined,
  pins: PinSpan[],
  attraction: Map<string, number>,
  random: Random,
): Viewing {
  const device = purchase?.device ?? (person.devices > 1 && person.viewerIds.length > 0 && random() < 0.4 ? 1 : 0);
  const way = person.since === evening.day ? person.source : wayBack(person, random);
  const source = evening.hasLinks ? byLink(way) : way;
  let from = -150 + exponential(1 / 140, random);
  if (random() < 0.45) {
    const liked = pins.filter(({ productId }) => random() < attraction.get(productId)! / 1.6);
    const pin = liked[Math.floor(random() * liked.length)] ?? pins[0]!;
    from = pin.from + exponential(1 / 60, random);
  }
  if (purchase && from > purchase.holdAt - 40) from = purchase.holdAt - 40 - exponential(1 / 120, random);
  let to = Infinity;
  for (const pin of pins) {
    const reached = Math.max(from, pin.from);
    if (reached >= pin.to) continue;
    const leaves = random() < 0.16 / attraction.get(pin.productId)!;
    if (!leaves) continue;
    to = Math.min(reached + 8 + exponential(1 / 40, random), pin.to);
    break;
  }
  if (purchase) to = Math.max(to, purchase.payAt + 60 + exponential(1 / 120, random));
  return { person, device, source, from, to: to < evening.minutes * 60 ? to : Infinity };
}

/** By strangers only: whoever buys on an evening is known. Those who leave a hold keep away from what is scarce. */
function planAttempts(
  strangers: Viewing[],
  purchases: number,
  { plenty, scarce }: { plenty: Item[]; scarce: Item | null },
  pins: PinSpan[],
  seconds: number,
  random: Random,
  aside: Random,
): Attempt[] {
  const closing = seconds - CLOSING_SECONDS;
  const staying = strangers.filter(({ from, to }) => Math.min(to, closing) - Math.max(60, from) > 150);
  const some = (share: number, which: Viewing[], by = random) =>
    which.splice(0, Math.round(purchases * share + by() * 0.5));
  const atTheEnd = staying.filter(({ to }) => to === Infinity);
  const late = scarce ? some(LATE, atTheEnd) : [];
  const others = staying.filter((viewing) => !late.includes(viewing));
  const press =
    (kind: 'abandoned' | 'declined' | 'voucher', by = random) =>
    (viewing: Viewing): Attempt => {
      const from = Math.max(60, viewing.from) + 30;
      const at = from + by() * (Math.min(viewing.to, closing) - 90 - from);
      const shown = pins.find((pin) => pin.from <= at && at < pin.to)?.productId;
      return { viewing, kind, at, item: plenty.find(({ productId }) => productId === shown) ?? plenty[0]! };
    };
  return [
    ...late.map((viewing): Attempt => ({ viewing, kind: 'late', at: seconds - 40 + random() * 20, item: scarce! })),
    ...some(ABANDONED, others).map(press('abandoned')),
    ...some(GIVEN_UP, others).map(press('declined')),
    ...some(VOUCHER_LAPSES, others, aside).map(press('voucher', aside)),
  ];
}
