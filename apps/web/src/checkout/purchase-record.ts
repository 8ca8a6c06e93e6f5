import { Address, Contact } from '#contracts/checkout';
import { randomId } from '../random-id.ts';
import { toBuyerForm, type BuyerForm } from './buyer.ts';

/**
 * One purchase is one hold, and has one key however often Pay is pressed: the server answers the same key with the same order.
 * It is kept for the tab, so that a reload in the middle of a payment goes on with it instead of starting another.
 */
export interface PurchaseRecord {
  key: string;
  /** The order that has the hold, once there is one: variant and quantity are then settled. */
  orderId: string | null;
}

// Private windows may close storage altogether: the mere mention then throws, which read and write take care of, and what was
// read or written stays here for as long as the page.
const known = new Map<string, PurchaseRecord>();
const forTab = () => sessionStorage;
const forBrowser = () => localStorage;

const recordKey = (holdId: string) => `engawa.purchase.${holdId}`;

export function readPurchase(holdId: string): PurchaseRecord {
  const kept = known.get(holdId) ?? readJson(forTab, recordKey(holdId));
  if (kept !== null && typeof kept === 'object' && 'key' in kept && typeof kept.key === 'string') {
    return { orderId: null, ...kept } as PurchaseRecord;
  }
  const record: PurchaseRecord = { key: randomId(), orderId: null };
  writePurchase(holdId, record);
  return record;
}

export function writePurchase(holdId: string, record: PurchaseRecord): void {
  known.set(holdId, record);
  write(forTab, recordKey(holdId), JSON.stringify(record));
}

export function forgetPurchase(holdId: string): void {
  known.delete(holdId);
  try {
    forTab().removeItem(recordKey(holdId));
  } catch {
    // There was then nothing to forget.
  }
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
