import { CART_MAX_LINES } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import type { ApiError } from '../api.ts';
import { money } from '../i18n.ts';
import type { useRefusalText } from './refusal-text.ts';

type Words = ReturnType<typeof useRefusalText>;

/** What a refusal of the server means to a buyer: what happened, and what to do. */
export function refusalWords(
  { code, details }: Pick<ApiError, 'code' | 'details'>,
  currency: Currency,
  t: Words,
): { title: string; text: string } {
  const said = (title: string, text: string) => ({ title, text });
  switch (code) {
    case 'amount_not_chargeable': {
      const [minimum, maximum, total] = ['minimum', 'maximum', 'totalAmount'].map((name) => Number(details[name] ?? 0));
      return total! > maximum!
        ? said(t.tooMuch(money(maximum!, currency)), t.tooMuchWhat)
        : said(t.tooLittle(money(minimum!, currency)), t.tooLittleWhat);
    }
    case 'order_transition':
      return said(t.underWay, t.underWayWhat);
    case 'disputed':
      return said(t.disputed, t.disputedWhat);
    case 'not_found':
    case 'sold_out':
      return said(t.gone, t.goneWhat);
    case 'conflict':
      return 'limit' in details ? said(t.cartFull(CART_MAX_LINES), t.cartFullWhat) : said(t.failed, t.failedWhat);
    case 'banned':
    case 'forbidden':
      return said(t.banned, t.bannedWhat);
    case 'show_ended':
    case 'show_not_live':
      return said(t.ended, t.endedWhat);
    case 'rate_limited':
      return said(t.tooOften, t.tooOftenWhat(Math.max(1, Math.ceil(Number(details.retryAfterMs ?? 5_000) / 1000))));
    case 'deal_over':
    case 'deal_sold_out':
    case 'deal_limit':
      return said(t.dealOver, t.dealOverWhat);
    case 'unauthenticated':
    case 'grant_expired':
    case 'grant_invalid':
      return said(t.signedOut, t.signedOutWhat);
    case 'unavailable':
      return said(t.offline, t.offlineWhat);
    case 'invalid_request':
      return isAbout(details, 'paymentMethod') ? said(t.konbini, t.konbiniWhat) : said(t.failed, t.failedWhat);
    default:
      return said(t.failed, t.failedWhat);
  }
}

/** Whether what the server found wrong has this name. */
export function isAbout(details: Record<string, unknown>, path: string): boolean {
  const issues: unknown[] = Array.isArray(details.issues) ? details.issues : [];
  return issues.some((issue) => issue !== null && typeof issue === 'object' && 'path' in issue && issue.path === path);
}
