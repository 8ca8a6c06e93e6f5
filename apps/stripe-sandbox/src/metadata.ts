import type Stripe from 'stripe';
import { invalidRequest } from './errors.ts';

/** What a request says of metadata. A null removes its key. */
export type MetadataParams = Record<string, string | null>;

export function checkMetadata(metadata: MetadataParams | null | undefined): void {
  const entries = Object.entries(metadata ?? {});
  if (entries.length > 50) throw invalidRequest('You can have up to 50 keys on metadata.', 'metadata');
  for (const [key, value] of entries) {
    if (key.length > 40) {
      const message = `Metadata keys can be up to 40 characters, but you passed in a key that is ${key.length} characters.`;
      throw invalidRequest(message, 'metadata');
    }
    if (value && value.length > 500) {
      const message = `Metadata values can have up to 500 characters, but you passed in a value that is ${value.length} characters.`;
      throw invalidRequest(message, `metadata[${key}]`);
    }
  }
}

/** Keys are added to what is there; an empty value removes its key, an empty `metadata` removes them all. */
export function mergeMetadata(before: Stripe.Metadata, change: MetadataParams | null | undefined): Stripe.Metadata {
  checkMetadata(change);
  if (change === null) return {};
  const entries = Object.entries({ ...before, ...change });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}
