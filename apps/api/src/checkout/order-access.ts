import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '#platform/grants';

/** The secret part of an order's status link: derived, so that nothing needs to be stored. */
export function orderAccessKey(orderId: string): string {
  return createHmac('sha256', deriveKey('order-link')).update(orderId).digest('base64url').slice(0, 32);
}

export function isOrderAccessKey(orderId: string, key: string): boolean {
  const expected = Buffer.from(orderAccessKey(orderId));
  const given = Buffer.from(key);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
