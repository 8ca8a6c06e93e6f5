import { Injectable } from '@nestjs/common';
import { Database } from '../../database/index.ts';
import {
  IdentityService,
  keepSubjects,
  subjectId,
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

interface Attribute {
  subjectId: string;
  name: string;
  value: unknown;
  agoMs: number;
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

  /** Under whom a deed is kept: what a browser saw stays with that browser, whomever it names. */
  subjectOf({ brandId, kind }: Sender, { anonymousId, userId }: CollectedEvent): Identifier {
    const byUser = userId !== undefined && (kind === 'server' || anonymousId === undefined);
    return byUser ? { brandId, kind: 'user', value: userId } : { brandId, kind: 'anonymous', value: anonymousId! };
  }

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

  /** Attributes, links and claims of these events, in their order. */
  async learn(sender: Sender, events: CollectedEvent[]): Promise<void> {
    const saying = events.filter(({ says }) => says.type !== 'did');
    if (saying.length === 0) return;
    const identifiers: Identifier[] = [];
    const proofs: Proof[] = [];
    const claims: Claim[] = [];
    for (const event of saying) {
      for (const [one, other, signed] of await this.#pairsOf(sender, event)) {
        identifiers.push(one, other);
        const pair = { brandId: sender.brandId, subjectId: subjectId(one), withSubjectId: subjectId(other) };
        const evidence = { message_id: event.messageId, write_key_id: sender.keyId };
        if (sender.kind === 'server') {
          proofs.push({ ...pair, evidence, source: event.says.type === 'was' ? 'alias' : 'server' });
        } else if (signed) proofs.push({ ...pair, evidence, source: 'user_hash' });
        else claims.push({ ...pair, evidence, source: 'browser' });
      }
    }
    await this.keep([...identifiers, ...saying.map((event) => this.subjectOf(sender, event))]);
    await this.#setAttributes(
      sender,
      saying.flatMap((event) => this.#attributesOf(sender, event)),
    );
    for (const proof of proofs) await this.identity.prove(proof);
    await this.identity.claim(...claims);
  }

  /** Who is said to be whom: the less known first. `signed`: by the brand's server, for this user. */
  async #pairsOf(sender: Sender, event: CollectedEvent): Promise<[Identifier, Identifier, signed: boolean][]> {
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
      pairs.push([this.subjectOf(sender, event), { brandId, kind: 'email', value: email }, false]);
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

  #attributesOf(sender: Sender, event: CollectedEvent): Attribute[] {
    const { says, time } = event;
    const id = subjectId(this.subjectOf(sender, event));
    const all = (traits: Fields, prefix = '') =>
      Object.entries(traits).map(([name, value]) => ({
        subjectId: id,
        name: prefix + name,
        value,
        agoMs: time.agoMs,
      }));
    if (says.type === 'is') return all(says.traits);
    if (says.type === 'belongs') return all({ ...says.traits, id: says.groupId }, 'group.');
    return [];
  }

  /** The later one counts, whichever comes first. */
  async #setAttributes({ brandId, kind }: Sender, attributes: Attribute[]): Promise<void> {
    const latest = new Map<string, Attribute>();
    for (const attribute of attributes) {
      const key = `${attribute.subjectId}:${attribute.name}`;
      const other = latest.get(key);
      if (!other || other.agoMs >= attribute.agoMs) latest.set(key, attribute);
    }
    if (latest.size === 0) return;
    const rows = [...latest.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, attribute]) => attribute);
    await this.database.sql(
      `INSERT INTO person_attributes AS a (brand_id, subject_id, name, source, value, set_at)
       SELECT $1, subject_id, name, $2, value, engawa_now() - make_interval(secs => ago)
       FROM unnest($3::uuid[], $4::text[], $5::jsonb[], $6::float8[]) AS n (subject_id, name, value, ago)
       WHERE EXISTS (SELECT FROM person_attributes o WHERE (o.brand_id, o.subject_id, o.name, o.source) = ($1, n.subject_id, n.name, $2))
          OR (SELECT count(*) FROM person_attributes o WHERE o.brand_id = $1 AND o.subject_id = n.subject_id) < ${MAX_ATTRIBUTES}
       ON CONFLICT (brand_id, subject_id, name, source) DO UPDATE SET value = EXCLUDED.value, set_at = EXCLUDED.set_at
         WHERE a.set_at <= EXCLUDED.set_at`,
      [
        brandId,
        `collector:${kind}`,
        rows.map((row) => row.subjectId),
        rows.map((row) => row.name),
        rows.map((row) => JSON.stringify(row.value)),
        rows.map((row) => row.agoMs / 1000),
      ],
    );
  }
}
