import { hash } from 'node:crypto';

/** The same as SQL's `interaction_key`, without the hyphens. */
export function messageKey({ brandId, messageId }: { brandId: string; messageId: string }): string {
  return hash('sha256', `${brandId}:${messageId}`, 'hex').slice(0, 32);
}
