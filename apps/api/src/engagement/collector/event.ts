import { collectorLimits } from '#contracts/collector';
import { contextOf } from './event-context.ts';
import { placeInTime, readTime, type EventTime, type Receipt } from './event-time.ts';
import { checkTree, isFields, Refused, type Fields } from './refused.ts';

/** What an event says, checked and in our terms. */
export interface CollectedEvent {
  messageId: string;
  time: EventTime;
  anonymousId: string | undefined;
  userId: string | undefined;
  /** HMAC of the user id by the brand's own server: see `WriteKeysService.isUserHash`. */
  userHash: string | undefined;
  /** What the shop was told of profiling by whom it is about, in Segment's form of consent. */
  consent: boolean | undefined;
  says:
    | { type: 'did'; name: string; properties: Fields | undefined; context: Fields | undefined }
    | { type: 'is'; traits: Fields }
    | { type: 'was'; previousId: string }
    | { type: 'belongs'; groupId: string; traits: Fields };
}

/** Written from our own facts alone: nobody outside can know them. */
const ownNames = new Set([
  'room joined',
  'live joined',
  'live left',
  'chat sent',
  'reaction sent',
  'product pinned',
  'survey answered',
  'referral accepted',
]);
const aboutMoney = new Set(['order completed', 'order updated', 'order refunded', 'order cancelled', 'order paid']);
/** What a page writes by mistake where it has no id. It would make one person of everybody. */
const noIds = new Set(
  [
    'undefined',
    'null',
    'nil',
    'none',
    'nan',
    'true',
    'false',
    '0',
    '-1',
    '[object object]',
    'anonymous',
    'guest',
  ].concat('00000000-0000-0000-0000-000000000000'),
);

/**
 * Checks one event of a request.
 * @param defaults context of the whole batch
 * @throws Refused naming the field
 */
export function readEvent(raw: unknown, receipt: Receipt, writeKey: string, defaults?: Fields): CollectedEvent {
  if (!isFields(raw)) throw new Refused('', 'wrong_type');
  checkTree(raw);
  if (raw.writeKey !== undefined && raw.writeKey !== writeKey) throw new Refused('writeKey', 'other_key');
  const messageId = requiredText('messageId', raw.messageId, collectorLimits.idLength);
  const anonymousId = readId('anonymousId', raw.anonymousId);
  const userId = readId('userId', raw.userId);
  const { kind } = receipt;
  // A page can say who somebody is, but not prove it: what it saw stays with the browser that it saw.
  if (!anonymousId && kind === 'browser') throw new Refused('anonymousId', 'required');
  if (!anonymousId && !userId) throw new Refused('userId', 'required');
  const context = part(raw, 'context') ?? defaults;
  const sentAt = receipt.sentAt ?? readTime('sentAt', raw.sentAt);
  return {
    messageId,
    anonymousId,
    userId,
    userHash: optionalText('context.userHash', context?.userHash),
    consent: consentOf(context?.consent),
    time: placeInTime(readTime('timestamp', raw.timestamp), { ...receipt, sentAt }),
    says: readSaying(raw, kind, context),
  };
}

function readSaying(raw: Fields, kind: Receipt['kind'], context: Fields | undefined): CollectedEvent['says'] {
  switch (raw.type) {
    case 'track': {
      const properties = part(raw, 'properties');
      const name = eventName(raw.event, kind);
      const orderId = properties?.order_id;
      // An empty one would make one order of all.
      if (isBlank(orderId) || (orderId === undefined && aboutMoney.has(known(name)))) {
        throw new Refused('properties.order_id', orderId === undefined ? 'required' : 'empty');
      }
      return { type: 'did', name, properties, context: contextOf(context) };
    }
    case 'page':
    case 'screen': {
      const named = { name: raw.name, category: raw.category };
      for (const [field, value] of Object.entries(named)) optionalText(field, value);
      const said = Object.fromEntries(Object.entries(named).filter(([, value]) => typeof value === 'string'));
      const properties = { ...part(raw, 'properties'), ...said };
      const name = raw.type === 'page' ? 'Page Viewed' : 'Screen Viewed';
      return { type: 'did', name, properties, context: contextOf(context) };
    }
    case 'identify':
      return { type: 'is', traits: part(raw, 'traits') ?? {} };
    case 'alias': {
      if (!raw.userId) throw new Refused('userId', 'required');
      const previousId = readId('previousId', raw.previousId);
      if (!previousId) throw new Refused('previousId', 'required');
      return { type: 'was', previousId };
    }
    case 'group': {
      const groupId = readId('groupId', raw.groupId);
      if (!groupId) throw new Refused('groupId', 'required');
      return { type: 'belongs', groupId, traits: part(raw, 'traits') ?? {} };
    }
    default:
      throw new Refused('type', raw.type === undefined ? 'required' : 'unknown_type');
  }
}

function consentOf(consent: unknown): boolean | undefined {
  const preferences = isFields(consent) ? consent.categoryPreferences : undefined;
  const said = isFields(preferences) ? preferences.profiling : undefined;
  return typeof said === 'boolean' ? said : undefined;
}

function eventName(value: unknown, kind: Receipt['kind']): string {
  const name = requiredText('event', value, collectorLimits.nameLength);
  if (ownNames.has(known(name))) throw new Refused('event', 'reserved');
  if (kind === 'browser' && aboutMoney.has(known(name))) throw new Refused('event', 'server_only');
  return name;
}

/** However it is written. */
const known = (name: string) => name.toLowerCase().replaceAll(/[\s_-]+/g, ' ');

function part(raw: Fields, field: string): Fields | undefined {
  const value = raw[field];
  if (value === undefined || value === null) return undefined;
  if (!isFields(value)) throw new Refused(field, 'wrong_type');
  return value;
}

function requiredText(field: string, value: unknown, maxLength: number): string {
  if (value === undefined || value === null) throw new Refused(field, 'required');
  if (typeof value !== 'string') throw new Refused(field, 'wrong_type');
  const text = value.trim();
  if (text === '') throw new Refused(field, 'empty');
  if (text.length > maxLength) throw new Refused(field, 'too_long');
  return text;
}

function optionalText(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Refused(field, 'wrong_type');
  return value;
}

/** Servers often send the number that their database has. */
function readId(field: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const id = requiredText(field, typeof value === 'number' ? String(value) : value, collectorLimits.idLength);
  if (noIds.has(id.toLowerCase())) throw new Refused(field, 'not_an_id');
  return id;
}

const isBlank = (value: unknown) => value === null || (typeof value === 'string' && value.trim() === '');
