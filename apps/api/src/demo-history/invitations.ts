import { v7 as uuid } from 'uuid';
import type { Random } from '#insight/simulate';
import type { Evening } from './calendar.ts';
import type { Person } from './crowd.ts';
import type { EveningPlan, Viewing } from './evening-plan.ts';
import type { Happening } from './happening.ts';
import { patiently } from './patience.ts';
import type { Services } from './services.ts';
import { viewerOf } from './visitors.ts';

/** Somebody shares their link, and friends come by it. Times are seconds from the first picture. */
export interface Invitation {
  sharer: Viewing;
  at: number;
  /** Perhaps nobody. */
  friends: { viewing: Viewing; referrer: string | null }[];
}

/** Whom the links brought, as it was driven: to be found again. */
export class Invited {
  readonly visitors = new Set<Person>();
  /** Of them, those who had never been here. */
  readonly fresh = new Set<Person>();
  /** Of them, those who bought for the first time on that evening or later. */
  readonly bought = new Set<Person>();

  add({ person }: Viewing, day: number): void {
    this.visitors.add(person);
    if (person.since === day) this.fresh.add(person);
    if (person.purchases[0] && person.purchases[0].day >= day) this.bought.add(person);
  }
}

const SHARES = 0.03;
const BUYER_SHARES = 0.1;
/** Of those who come while the show is on, and could have been told of it. */
const COMES_BY_LINK = 0.2;
const COMES_AGAIN_BY_LINK = 0.02;
const TOLD_BEFORE_SECONDS = 90;
/** The page is opened. What it tells is in the log a moment later, in which the clock of a history runs on. */
const OPENED_BEFORE_SECONDS = 45;
const FROM_POST = 0.4;

/** Who shares, and whom that brings. */
export function planInvitations(
  { day }: Evening,
  { viewings, purchases, seconds }: EveningPlan,
  random: Random,
): Invitation[] {
  const buyers = new Set(purchases.map(({ person }) => person));
  const invitations = viewings
    .filter(({ person }) => random() < (buyers.has(person) ? BUYER_SHARES : SHARES))
    .map((sharer): Invitation => {
      const from = Math.max(0, sharer.from) + 5;
      return { sharer, at: from + random() * Math.max(0, Math.min(sharer.to, seconds - 60) - from - 10), friends: [] };
    });
  for (const viewing of viewings) {
    const { person, from, source } = viewing;
    const isNew = person.since === day;
    if (random() >= (isNew ? COMES_BY_LINK : COMES_AGAIN_BY_LINK)) continue;
    // Whom a campaign of the shop brought was not invited. Two browsers that nobody has signed in on are two people to the shop.
    if (source?.campaign || from > seconds - 60 || (!isNew && person.devices > 1)) continue;
    const known = invitations.filter(({ at, sharer }) => at < from - TOLD_BEFORE_SECONDS && sharer !== viewing);
    const invitation = known[Math.floor(random() * known.length)];
    invitation?.friends.push({ viewing, referrer: random() < FROM_POST ? 'https://x.com/' : null });
  }
  return invitations;
}

/** Shares and visits of a show, which a page tells of by itself. */
export class Sharing {
  readonly #visits = new Map<Person, Promise<void>>();

  constructor(
    private readonly services: Services,
    private readonly showId: string,
  ) {}

  /** Resolves when the page of who came by a link is open; at once for anybody else. */
  async opened(person: Person): Promise<void> {
    await this.#visits.get(person);
  }

  happenings(invitations: Invitation[]): Happening[] {
    const { referrals } = this.services;
    const { showId } = this;
    return invitations.flatMap(({ sharer, at, friends }) => {
      let code: Promise<string> | undefined;
      const share = () => (code = patiently(() => referrals.share(viewerOf(sharer), showId)).then((link) => link.code));
      const visits = friends.map(({ viewing, referrer }): Happening => {
        const opened = { showId, messageId: uuid(), ...(referrer && { referrer }) };
        const visit = async () => {
          const via = await code!;
          await patiently(() => referrals.visit(viewerOf(viewing), { ...opened, via }));
        };
        const work = () => {
          const done = visit();
          this.#visits.set(viewing.person, done);
          return done;
        };
        return { at: viewing.from - OPENED_BEFORE_SECONDS, work, isLight: true };
      });
      return [{ at, work: share, isLight: true }, ...visits];
    });
  }
}
