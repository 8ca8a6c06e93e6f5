import type Stripe from 'stripe';
import type { Knobs } from './knobs.ts';
import type { Store } from './store.ts';

/** What a request handler works with. */
export interface Context {
  store: Store;
  knobs: Knobs;
  /** Base of addresses that a browser opens. */
  url: string;
  /** Whose account it is: the same at each start with the same key. */
  account: string;
  /** Whether the endpoint asked for events of this type. */
  isSent: (type: string) => boolean;
  request: { id: string | null; idempotencyKey: string | null };
}

/** Stripe's version that the SDK pins; sent with events. */
export const apiVersion: typeof Stripe.API_VERSION = '2026-10-28.endive';
