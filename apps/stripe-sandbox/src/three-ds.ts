import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Stripe from 'stripe';
import { finishAuthentication } from './attempts.ts';
import { displayAmount } from './money.ts';
import type { Sandbox } from './sandbox.ts';
import type { Attempt } from './store.ts';
import { type Locale, closedPage, donePage, questionPage } from './three-ds-page.ts';

export const threeDsPath = '/3ds/';

/**
 * The page on which a bank would ask the buyer to prove who they are. With `frame=1` it stands in a frame of the shop and
 * tells the shop's window when it is done; without, it sends the buyer back to the return_url.
 */
export function handleThreeDs(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse, url: URL): void {
  const [id = '', action] = url.pathname.slice(threeDsPath.length).split('/');
  const framed = url.searchParams.get('frame') === '1';
  const locale = localeOf(url, request);
  const attempt = sandbox.store.findAttempt(id);
  const nonce = randomBytes(16).toString('base64');
  const page = (status: number, html: string) => {
    const returnOrigin = attempt?.returnUrl ? ` ${new URL(attempt.returnUrl).origin}` : '';
    response.writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; base-uri 'none'; ` +
        `form-action 'self'${returnOrigin}; frame-ancestors ${sandbox.config.shopOrigin}`,
    });
    response.end(html);
  };
  const look = { locale, nonce };
  const shop = framed ? sandbox.config.shopOrigin : null;

  if (!attempt || attempt.settlesAt !== null) {
    page(410, closedPage(look, shop));
    return;
  }
  if (request.method === 'GET' && action === undefined) {
    const intent = sandbox.store.get('payment_intent', attempt.paymentIntent);
    const card = sandbox.store.get('payment_method', attempt.paymentMethod).card;
    const query = `?locale=${locale}${framed ? '&frame=1' : ''}`;
    page(
      200,
      questionPage(look, {
        amount: displayAmount(intent.amount, intent.currency),
        card: `${card?.brand.toUpperCase() ?? ''} •••• ${card?.last4 ?? ''}`,
        complete: `${threeDsPath}${id}/complete${query}`,
        fail: `${threeDsPath}${id}/fail${query}`,
      }),
    );
    return;
  }
  if (request.method === 'POST' && (action === 'complete' || action === 'fail')) {
    request.resume(); // the form has no fields
    const context = sandbox.context();
    const intent = sandbox.store.transaction(() => finishAuthentication(context, attempt, action === 'complete'));
    sandbox.takeUp();
    sandbox.log(`3D Secure of ${intent.id}: ${action}, now ${intent.status}`);
    const back = framed ? null : backTo(attempt, intent);
    if (back) response.writeHead(303, { location: back }).end();
    else page(200, donePage(look, redirectStatus(intent), shop));
    return;
  }
  page(405, closedPage(look, shop));
}

function localeOf(url: URL, request: IncomingMessage): Locale {
  const asked = url.searchParams.get('locale') ?? request.headers['accept-language'] ?? '';
  return /^ja\b/i.test(asked) ? 'ja' : 'en';
}

function redirectStatus(intent: Stripe.PaymentIntent): 'succeeded' | 'pending' | 'failed' {
  if (intent.status === 'succeeded') return 'succeeded';
  return intent.status === 'processing' ? 'pending' : 'failed';
}

/** The shop's page, with what Stripe adds to its address. */
function backTo(attempt: Attempt, intent: Stripe.PaymentIntent): string | null {
  if (!attempt.returnUrl) return null;
  const url = new URL(attempt.returnUrl);
  url.searchParams.set('payment_intent', intent.id);
  url.searchParams.set('payment_intent_client_secret', intent.client_secret ?? '');
  url.searchParams.set('redirect_status', redirectStatus(intent));
  return url.href;
}
