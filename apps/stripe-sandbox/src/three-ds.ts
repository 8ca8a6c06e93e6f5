import type { IncomingMessage, ServerResponse } from 'node:http';
import type Stripe from 'stripe';
import { finishAuthentication } from './attempts.ts';
import { displayAmount } from './money.ts';
import { localeOf, newNonce, sendPage } from './page.ts';
import type { Sandbox } from './sandbox.ts';
import type { Attempt } from './store.ts';
import { closedPage, donePage, questionPage } from './three-ds-page.ts';

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
  const nonce = newNonce();
  const returnsTo = attempt?.returnUrl ? new URL(attempt.returnUrl).origin : undefined;
  const page = (status: number, html: string) =>
    sendPage(response, { status, html, nonce, framedBy: sandbox.config.shopOrigin, returnsTo });
  const look = { locale, nonce };
  const shop = framed ? sandbox.config.shopOrigin : null;

  if (attempt?.waitsFor !== 'authentication') {
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
