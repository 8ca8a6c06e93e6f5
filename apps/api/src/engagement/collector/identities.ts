import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.ts';
import {
  IdentityService,
  keepSubjects,
  setAttributes,
  subjectId,
  type Attribute,
  type Claim,
  type Identifier,
  type Proof,
} from '../../people/index.ts';
import type { CollectedEvent } from './event.ts';
import { Rejections } from './rejections.ts';
import type { Fields } from './refused.ts';
import { WriteKeysService, type Sender } from './write-keys.service.ts';

/** Of one subject; beyond it only those that are there already may change. */
const MAX_ATTRIBUTES = 500;
const KNOWN_MAX = 50_000;
const KNOWN_MS = 300_000;
const isEmail = /^[^\s@]{1,64}@[^\s@]{1,190}\.[^\s@]{1,60}$/;

/** An event, and under whom it is kept. */
export interface Taken {
  event: CollectedEvent;
  subject: Identifier;
  subjectId: string;
}

/** What a browser saw stays with that browser, whomever it names. */
export function subjectOf({ brandId, kind }: Sender, { anonymousId, userId }: CollectedEvent): Identifier {
  const byUser = userId !== undefined && (kind === 'server' || anonymousId === undefined);
  return byUser ? { brandId, kind: 'user', value: userId } : { brandId, kind: 'anonymous', value: anonymousId! };
}

/** What events say of people: their identifiers, attributes, and who is the same as whom. A server proves it, a browser claims it. */
@Injectable()
export class Identities {
  /** Kept lately: their rows need no second statement. Forgotten after a while, because somebody may be erased. */
  #known = new Set<string>();
  #knownSince = 0;

  constructor(
    private readonly database: Database,
    private readonly identity: IdentityService,
    private readonly keys: WriteKeysService,
    private readonly rejections: Rejections,
  ) {}

  /** Writes down what these stand for. */
  async keep(identifiers: Identifier[]): Promise<void> {
    if (Date.now() - this.#knownSince > KNOWN_MS || this.#known.size > KNOWN_MAX) {
      this.#known = new Set();
      this.#knownSince = Date.now();
    }
    const known = this.#known;
    const fresh = new Map<string, Identifier>();
    for (const identifier of identifiers) {
      const id = subjectId(identifier);
      if (!known.has(id)) fresh.set(id, identifier);
    }
    // In one order, so that two requests with the same people do not wait for each other.
    const ids = [...fresh.keys()].sort();
    await keepSubjects(
      this.database,
      ids.map((id) => fresh.get(id)!),
    );
    for (const id of ids) known.add(id);
  }

  /**
   * Attributes, links and claims of these events, in their order.
   * @param agreed of whom attributes may be kept. Who is who is learnt of all: it is how one finds out what somebody has agreed to.
   */
  async learn(sender: Sender, taken: Taken[], agreed: Set<Taken>): Promise<void> {
    const saying = taken.filter(({ event }) => event.says.type !== 'did');
    if (saying.length === 0) return;
    const identifiers: Identifier[] = [];
    const proofs: Proof[] = [];
    const claims: Claim[] = [];
    for (const { event, subject } of saying) {
      for (const [one, other, signed] of await this.#pairsOf(sender, event, subject)) {
        identifiers.push(one, other);
        const pair = { brandId: sender.brandId, subjectId: subjectId(one), withSubjectId: subjectId(other) };
        const evidence = { message_id: event.messageId, write_key_id: sender.keyId };
        if (sender.kind === 'server') {
          proofs.push({ ...pair, evidence, source: event.says.type === 'was' ? 'alias' : 'server' });
        } else if (signed) proofs.push({ ...pair, evidence, source: 'user_hash' });
        else claims.push({ ...pair, evidence, source: 'browser' });
      }
    }
    const known = saying.filter((one) => agreed.has(one));
    await this.keep([...identifiers, ...known.map(({ subject }) => subject)]);
    await setAttributes(this.database, await this.#withinLimit(known.flatMap((one) => attributesOf(sender, one))));
    // A server says the same of one user with every call of a batch.
    const once = new Map(proofs.map((proof) => [`${proof.subjectId} ${proof.withSubjectId}`, proof]));
    for (const proof of once.values()) await this.identity.prove(proof);
    await this.identity.claim(...claims);
  }

  /** Who is said to be whom: the less known first. `signed`: by the brand's server, for this user. */
  async #pairsOf(
    sender: Sender,
    event: CollectedEvent,
    subject: Identifier,
  ): Promise<[Identifier, Identifier, signed: boolean][]> {
    const { brandId } = sender;
    const { says, userId, anonymousId } = event;
    const user: Identifier | undefined = userId === undefined ? undefined : { brandId, kind: 'user', value: userId };
    const anonymous: Identifier | undefined =
      anonymousId === undefined ? undefined : { brandId, kind: 'anonymous', value: anonymousId };
    if (says.type === 'was') return [[await this.#previous(event, brandId, says.previousId), user!, false]];
    if (says.type !== 'is') return [];
    const pairs: [Identifier, Identifier, boolean][] = [];
    if (user && anonymous) pairs.push([anonymous, user, await this.#isSigned(sender, event)]);
    const { email } = says.traits;
    if (typeof email === 'string' && isEmail.test(email.trim())) {
      // A browser's address is said of the browser: said of the user, it would let anybody name the address of anybody.
      pairs.push([subject, { brandId, kind: 'email', value: email }, false]);
    }
    return pairs;
  }

  /** The former id may be an anonymous one or a user's; browsers send the former after `identify` and the latter before it. */
  async #previous({ anonymousId }: CollectedEvent, brandId: string, value: string): Promise<Identifier> {
    const asUser: Identifier = { brandId, kind: 'user', value };
    if (value === anonymousId) return { ...asUser, kind: 'anonymous' };
    const { rows } = await this.database.sql(`SELECT 1 FROM subjects WHERE brand_id = $1 AND id = $2`, [
      brandId,
      subjectId(asUser),
    ]);
    return rows.length > 0 ? asUser : { ...asUser, kind: 'anonymous' };
  }

  async #isSigned(sender: Sender, { userId, userHash }: CollectedEvent): Promise<boolean> {
    if (sender.kind === 'server' || userHash === undefined) return false;
    const right = await this.keys.isUserHash(sender.brandId, userId!, userHash);
    if (!right) this.rejections.note(sender, 'context.userHash', 'wrong_hash', { userId });
    return right;
  }

  /** A subject who has as many as anybody may gets no further names. */
  async #withinLimit(attributes: Attribute[]): Promise<Attribute[]> {
    if (attributes.length === 0) return [];
    const { rows } = await this.database.sql<{ id: string; names: string[] }>(
      `SELECT subject_id AS id, array_agg(DISTINCT name) AS names FROM person_attributes
       WHERE brand_id = $1 AND subject_id = ANY($2) GROUP BY 1`,
      [attributes[0]!.brandId, [...new Set(attributes.map((one) => one.subjectId))]],
    );
    const known = new Map(rows.map(({ id, names }) => [id, new Set(names)]));
    return attributes.filter(({ subjectId: id, name }) => {
      const names = known.get(id) ?? new Set();
      known.set(id, names);
      if (names.size < MAX_ATTRIBUTES) names.add(name);
      return names.has(name);
    });
  }
}

function attributesOf({ brandId, kind }: Sender, { event, subjectId: id }: Taken): Attribute[] {
  const { says, time } = event;
  const setAt = time.agoMs === 0 ? undefined : new Date(Date.now() - time.agoMs);
  const all = (traits: Fields, prefix = '') =>
    Object.entries(traits).map(([name, value]) => ({
      ...{ brandId, subjectId: id, name: prefix + name, value },
      source: `collector:${kind}` as const,
      ...(setAt && { setAt }),
    }));
  if (says.type === 'is') return all(says.traits);
  if (says.type === 'belongs') return all({ ...says.traits, id: says.groupId }, 'group.');
  return [];
}
