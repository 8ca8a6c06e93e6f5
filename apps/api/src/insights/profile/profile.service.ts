import { Injectable } from '@nestjs/common';
import type { customersApi, Profile } from '#contracts/customers';
import type { ParsedRequestOf, ReplyOf } from '#contracts/endpoint';
import { AppError } from '#platform/app-error';
import { may, type Actor } from '../../accounts/index.ts';
import { Database } from '../../database/index.ts';
import { readPersons, type PersonRow } from '../customers/person-facts.queries.ts';
import { factsOf } from '../customers/person-facts.service.ts';
import { attributesOf, consentsOf, membersOf, ordersOf, showsOf, showsSince, standingOf } from './profile.queries.ts';
import { timelinePage, type TimelineCursor } from './timeline.queries.ts';

/** One person as of now: read from the tables, not from the list's row, so that what a merge or its undoing did is seen at once. */
@Injectable()
export class ProfileService {
  constructor(private readonly database: Database) {}

  /** @throws not_found, for another brand's person too */
  async profile(actor: Actor, id: string): Promise<Profile> {
    const { brandId } = actor;
    const personal = may(actor.role, 'people.read');
    return this.database.transaction(async (tx) => {
      const members = await membersOf(tx, brandId, id);
      const [row] = members ? await readPersons(tx, brandId, [members.personId]) : [];
      if (!members || !row) throw new AppError('not_found');
      const { subjectIds, personId } = members;
      const standing = await standingOf(tx, brandId, personId);
      const orders = await ordersOf(tx, brandId, subjectIds);
      return {
        person: summaryOf(row, standing, personal),
        devices: subjectIds.length,
        attributes: personal ? await attributesOf(tx, brandId, subjectIds) : [],
        orders,
        shows: await showsOf(tx, brandId, subjectIds),
        consents: await consentsOf(tx, brandId, subjectIds),
        brandShows: row.first_seen_at ? await showsSince(tx, brandId, row.first_seen_at) : 0,
        value: valueOf(standing),
        asOf: row.now.toISOString(),
      };
    }, 'REPEATABLE READ');
  }

  /** @throws not_found, and invalid_request for what no page has answered */
  async timeline(
    actor: Actor,
    { id, view, after, limit }: ParsedRequestOf<typeof customersApi.timeline>,
  ): Promise<ReplyOf<typeof customersApi.timeline>> {
    const cursor = after === undefined ? null : readCursor(after);
    const members = await membersOf(this.database, actor.brandId, id);
    if (!members) throw new AppError('not_found');
    const member = { brandId: actor.brandId, subjectIds: members.subjectIds, personal: may(actor.role, 'people.read') };
    const { entries, last } = await timelinePage(this.database, member, view, cursor, limit);
    return { entries, next: last && last.join(' ') };
  }
}

function summaryOf(
  row: PersonRow,
  { r, f, m, pAlive, predictedAmount }: Awaited<ReturnType<typeof standingOf>>,
  personal: boolean,
): Profile['person'] {
  const facts = factsOf(row);
  const time = (at: Date | null) => at?.toISOString() ?? null;
  return {
    id: row.person_id,
    name: personal ? facts.name : facts.nickname,
    email: personal ? facts.email : null,
    isGuest: facts.is_guest,
    stage: facts.stage,
    firstSeenAt: time(facts.first_seen_at),
    lastSeenAt: time(facts.last_seen_at),
    firstOrderAt: time(facts.first_order_at),
    lastOrderAt: time(facts.last_order_at),
    orders: facts.orders,
    gmvAmount: facts.gmv_amount,
    netAmount: facts.net_amount,
    averageAmount: facts.orders === 0 ? null : facts.net_amount / facts.orders,
    shows: facts.shows,
    watchSeconds: facts.watch_seconds,
    visits: facts.visits,
    messages: facts.messages,
    clicks: facts.clicks,
    engagementScore: facts.engagement_score,
    ...{ r, f, m, pAlive, predictedAmount },
    source: facts.source,
    consent: facts.consent,
  };
}

function valueOf(standing: Awaited<ReturnType<typeof standingOf>>): Profile['value'] {
  const { pAlive, expectedOrders, predictedAmount, observedUntil } = standing;
  if (pAlive === null || expectedOrders === null || predictedAmount === null || observedUntil === null) return null;
  return { pAlive, expectedOrders, predictedAmount, observedUntil };
}

function readCursor(text: string): TimelineCursor {
  const match = /^(-?\d{1,17}) (\S{1,90})$/.exec(text);
  if (!match)
    throw new AppError('invalid_request', { issues: [{ path: 'after', message: 'not a page of this list' }] });
  return [match[1]!, match[2]!];
}
