import type { Random } from '#insight/simulate';
import type { Campaign, Evening } from './calendar.ts';
import type { PlannedPurchase } from './truth.ts';
import { aName, anAddress, aNickname, aPhone, pick } from './words.ts';

/** Where somebody came from, as a page tells it when it is opened (Segment's words). */
export type Source = {
  campaign?: { source: string; medium: string; name: string };
  page?: { referrer: string };
} | null;

export interface Person {
  /** Within the history. */
  number: number;
  nickname: string;
  contact: { name: string; email: string; phone: string };
  address: ReturnType<typeof anAddress>;
  locale: 'ja' | 'en';
  source: Source;
  /** Day of the first visit. */
  since: number;
  /** How likely they come on an evening in their first week, buying aside. */
  fondness: number;
  /** Empty for those who only look. */
  purchases: PlannedPurchase[];
  /** How many browsers they have: a telephone, and a laptop beside it. */
  devices: 1 | 2;
  /** With a code from their mailbox. */
  signsIn: boolean;
  /** At a convenience store, where that can be. */
  paysAtStore: boolean;
  /** Of each browser that came so far: see `Visitors`. */
  viewerIds: string[];
}

const SECOND_DEVICE = 0.08;
const SIGNS_IN = 0.06;
const PAYS_AT_STORE = 0.06;
/** Those who only look lose interest sooner. */
const LOOKING_WEEKS = 2;
const BUYING_WEEKS = 5;
/** How many who never bought come anew on an ordinary evening, for each customer of an ordinary day. */
const STRANGERS_PER_CUSTOMER = 1.9;

/** The shop's own mail. */
export const newsletter: Source = { campaign: { source: 'newsletter', medium: 'email', name: 'weekly-live' } };
/** What it posts for its friends. */
export const line: Source = { campaign: { source: 'line', medium: 'social', name: 'friends' } };
const search: Source = { page: { referrer: 'https://www.google.com/' } };
const friend: Source = { page: { referrer: 'https://x.com/' } };

/** All people of a history: those who buy, with what they will buy, and those who only look. */
export class Crowd {
  readonly #people: Person[] = [];

  constructor(
    private readonly random: Random,
    private readonly customersADay: number,
    /** Of traits that change nothing of who comes and buys. */
    private readonly aside: Random,
  ) {}

  /** New ones of an evening: its first-time buyers, and strangers. */
  arrive(evening: Evening, firstTimers: PlannedPurchase[][]): Person[] {
    const strangers = Math.round(this.customersADay * STRANGERS_PER_CUSTOMER * evening.visitors);
    const arrived = [
      ...firstTimers.map((purchases) => this.#add(evening, purchases)),
      ...Array.from({ length: strangers }, () => this.#add(evening, [])),
    ];
    return arrived;
  }

  /** Who of those that were here before comes again: to buy, or to look. */
  comeAgain(day: number): Person[] {
    return this.#people.filter(
      (person) =>
        person.since < day && (buysOn(person, day) !== undefined || this.random() < this.#likelihood(person, day)),
    );
  }

  #likelihood({ since, fondness, purchases }: Person, day: number): number {
    const weeks = purchases.length > 0 ? BUYING_WEEKS : LOOKING_WEEKS;
    return fondness * Math.exp(-(day - since) / 7 / weeks);
  }

  #add({ day, campaign }: Evening, purchases: PlannedPurchase[]): Person {
    const { random } = this;
    const number = this.#people.length;
    const byCampaign = campaign !== null && random() < (campaign.lift - 1) / campaign.lift;
    const devices = purchases.length > 1 && random() < SECOND_DEVICE ? 2 : 1;
    const person: Person = {
      number,
      nickname: aNickname(random),
      contact: { name: aName(random), email: `guest-${number}@buyers.engawa.example`, phone: aPhone(random) },
      address: anAddress(random),
      locale: random() < 0.97 ? 'ja' : 'en',
      source: byCampaign ? sourceOf(campaign) : this.#everydaySource(purchases.length),
      since: day,
      fondness: (purchases.length > 0 ? 0.05 : 0.03) * (byCampaign ? campaign.loyalty : 1),
      purchases,
      devices,
      signsIn: devices > 1 || (purchases.length > 0 && random() < SIGNS_IN),
      paysAtStore: this.aside() < PAYS_AT_STORE,
      viewerIds: [],
    };
    this.#people.push(person);
    return person;
  }

  /** Who becomes a regular was more often told by the shop itself: so that sources differ in what their customers are worth. */
  #everydaySource(purchases: number): Source {
    const { random } = this;
    if (random() < Math.min(0.15 + 0.12 * purchases, 0.7)) return random() < 0.6 ? line : newsletter;
    return pick([search, search, friend, null, null], random);
  }
}

export const buysOn = (person: Person, day: number): PlannedPurchase | undefined =>
  person.purchases.find((purchase) => purchase.day === day);

/** The way by which somebody comes who was here before. */
export function wayBack(person: Person, random: Random): Source {
  if (person.purchases.length > 0) return pick([newsletter, newsletter, line, null], random);
  return pick([null, null, line, person.source], random);
}

function sourceOf({ source, name }: Campaign): Source {
  return { campaign: { source, medium: source === 'youtube' ? 'video' : 'social', name } };
}
