import * as z from 'zod/mini';
import { Address, Contact, OrderState } from './checkout.ts';
import { endpoint } from './endpoint.ts';
import { Empty, Id, Locale, Time } from './ids.ts';
import { Amount, Currency } from './money.ts';
import { Guest } from './people.ts';

/** Whether what a viewer does may be kept. none: always · opt_in: once they agreed · opt_out: until they refuse */
export const ConsentMode = z.enum(['none', 'opt_in', 'opt_out']);
export type ConsentMode = z.infer<typeof ConsentMode>;

export const ConsentPurpose = z.enum(['profiling', 'marketing_mail']);
export type ConsentPurpose = z.infer<typeof ConsentPurpose>;

/** Of the texts that the web shows beside each question. A changed text has a new version; what was agreed to keeps its own. */
export const CONSENT_TEXT_VERSION = '2026-11-22';

export const CODE_DIGITS = 6;
export const CODE_MINUTES = 10;
export const CODE_TRIES = 5;
/** Of one account; a further one takes the place of the one that was used least lately. */
export const MAX_ADDRESSES = 10;

export const Consents = z.object({
  mode: ConsentMode,
  profiling: z.nullable(z.boolean()), // null: never asked
  marketingMail: z.nullable(z.boolean()),
});
export type Consents = z.infer<typeof Consents>;

const Recipient = { name: Contact.shape.name, phone: Contact.shape.phone, address: Address };

export const SavedAddress = z.object({ id: Id, ...Recipient });
export type SavedAddress = z.infer<typeof SavedAddress>;

/** Of a viewer who has signed in at a brand. */
export const ViewerAccount = z.object({
  email: z.string(),
  name: z.string(), // empty: not said
  phone: z.string(),
  addresses: z.array(SavedAddress), // the one used last first
});
export type ViewerAccount = z.infer<typeof ViewerAccount>;

/** What this browser is at a brand; `account` is null for a guest, which everybody may remain. */
export const ViewerState = z.object({ account: z.nullable(ViewerAccount), consents: Consents });
export type ViewerState = z.infer<typeof ViewerState>;

export const MyOrder = z.object({
  id: Id,
  number: z.string(),
  state: OrderState,
  currency: Currency,
  totalAmount: Amount,
  refundedAmount: Amount,
  firstProduct: z.string(),
  imageUrl: z.nullable(z.string()),
  lineCount: z.int(),
  quantity: z.int(),
  shippedAt: z.nullable(Time),
  placedAt: Time,
  statusUrl: z.string(),
});
export type MyOrder = z.infer<typeof MyOrder>;

const Email = z.email().check(z.maxLength(254));

export const viewerAccountApi = {
  state: endpoint('GET', '/api/viewer/account', z.object({ brandId: Id }), ViewerState),
  /** Sends a code, which is good for this browser alone, and in the place of the one before. The answer does not tell whether the address is known. */
  requestCode: endpoint(
    'POST',
    '/api/viewer/sign-in/code',
    z.object({ brandId: Id, email: Email, locale: z._default(Locale, 'ja') }),
    z.object({ expiresAt: Time, serverTime: Time }),
  ),
  /**
   * Refused with sign_in_code { reason: wrong, triesLeft } or { reason: over }: too old, used, or tried too often. A browser that is another
   * address's account goes on as a new guest, so that two people who share it stay two.
   */
  signIn: endpoint(
    'POST',
    '/api/viewer/sign-in',
    z.object({ brandId: Id, email: Email, code: z.string().check(z.trim(), z.regex(/^[0-9]{6}$/)) }),
    z.object({ guest: Guest, state: ViewerState }),
  ),
  /** The browser goes on as somebody new, at every brand. */
  signOut: endpoint('POST', '/api/viewer/sign-out', Empty, Guest),
  saveProfile: endpoint(
    'PUT',
    '/api/viewer/account',
    z.object({
      brandId: Id,
      name: z.string().check(z.trim(), z.maxLength(60)),
      phone: z.string().check(z.trim(), z.maxLength(20), z.regex(/^[0-9+() -]*$/)),
    }),
    ViewerState,
  ),
  /** The same address again is the one used last. */
  saveAddress: endpoint('POST', '/api/viewer/addresses', z.object({ brandId: Id, ...Recipient }), ViewerState),
  removeAddress: endpoint('DELETE', '/api/viewer/addresses/:id', z.object({ id: Id, brandId: Id }), ViewerState),
  /** For guests as well. Refused where the browser read another version of the text. */
  saveConsent: endpoint(
    'PUT',
    '/api/viewer/consents',
    z.object({
      brandId: Id,
      purpose: ConsentPurpose,
      granted: z.boolean(),
      textVersion: z.string().check(z.minLength(1), z.maxLength(40)),
      locale: z._default(Locale, 'ja'),
      source: z.enum(['banner', 'sign_in', 'account', 'checkout']),
    }),
    ViewerState,
  ),
  /** Newest first, of all browsers in which they signed in; `after` is the last id of the page before. */
  orders: endpoint(
    'GET',
    '/api/viewer/orders',
    z.object({ brandId: Id, after: z.optional(Id) }),
    z.object({ orders: z.array(MyOrder), next: z.nullable(Id) }),
  ),
};
