import { Address, Contact } from '#contracts/checkout';
import { randomId } from '../random-id.ts';
import { toBuyerForm, type BuyerForm } from './buyer.ts';

/**
 * One purchase is what one press of Pay asks for: one or several holds. It has one key however often Pay is pressed: the server answers
 * the same key with the same order. It is kept for the browser, so that a reload in the middle of a payment, or another tab, goes on
 * with it instead of starting another.
 */
export interface PurchaseRecord {
  key: string;
  holdIds: string[];
  /** The order that has the holds, once there is one: what is bought is then settled. */
  orderId: string | null;
}

const PURCHASES_KEY = 'engawa.purchases';
/** A browser keeps no more: older ones are over, whatever became of them. */
const MOST_KEPT = 20;

// Private windows may close storage altogether: the mere mention then throws, which read and write take care of, and what was
// written stays here for as long as the page.
let known: PurchaseRecord[] = [];
const forBrowser = () => localStorage;

/**
 * The purchase that these holds belong to: the one whose order has any of them, or the one of just these holds, or a new one. An order
 * goes before, because its holds are bought together or not at all.
 */
export function purchaseOf(holdIds: readonly string[]): PurchaseRecord {
  const record = placedPurchase(holdIds) ?? records().find((one) => sameIds(one.holdIds, holdIds));
  if (record) return record;
  const fresh: PurchaseRecord = { key: randomId(), holdIds: [...holdIds], orderId: null };
  writePurchase(fresh);
  return fresh;
}

/** The purchase with an order that has any of these holds. */
export function placedPurchase(holdIds: readonly string[]): PurchaseRecord | null {
  return (
    records().find((one) => one.orderId !== null && one.holdIds.some((holdId) => holdIds.includes(holdId))) ?? null
  );
}

export function writePurchase(record: PurchaseRecord): void {
  keep([...records().filter((one) => one.key !== record.key), record].slice(-MOST_KEPT));
}

export function forgetPurchase(key: string): void {
  keep(records().filter((one) => one.key !== key));
}

function records(): PurchaseRecord[] {
  const kept = readJson(forBrowser, PURCHASES_KEY);
  if (!Array.isArray(kept)) return known;
  return kept.filter(isRecord);
}

function keep(all: PurchaseRecord[]): void {
  known = all;
  write(forBrowser, PURCHASES_KEY, JSON.stringify(all));
}

function isRecord(value: unknown): value is PurchaseRecord {
  if (value === null || typeof value !== 'object') return false;
  const { key, holdIds, orderId } = value as Partial<PurchaseRecord>;
  return typeof key === 'string' && Array.isArray(holdIds) && (orderId === null || typeof orderId === 'string');
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

const BUYER_KEY = 'engawa.buyer';

/** Contact and address of the last paid order of this browser. They never leave it except with the next order. */
export function savedBuyer(): BuyerForm | null {
  const kept = readJson(forBrowser, BUYER_KEY);
  if (kept === null || typeof kept !== 'object') return null;
  const contact = Contact.safeParse('contact' in kept ? kept.contact : null);
  const address = Address.safeParse('address' in kept ? kept.address : null);
  return contact.success && address.success ? toBuyerForm(contact.data, address.data) : null;
}

/** What was typed and not yet bought with: it outlives the sheet, and not the page. */
let draft: BuyerForm | null = null;

export function keepDraft(form: BuyerForm): void {
  draft = form;
}

export function draftBuyer(): BuyerForm | null {
  return draft;
}

export function saveBuyer(contact: Contact, address: Address): void {
  write(forBrowser, BUYER_KEY, JSON.stringify({ contact, address }));
  draft = null;
}

function readJson(storage: () => Storage, key: string): unknown {
  try {
    return JSON.parse(storage().getItem(key) ?? 'null') as unknown;
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: string): void {
  try {
    storage().setItem(key, value);
  } catch {
    // Full or closed storage costs the buyer some typing next time, nothing else.
  }
}
