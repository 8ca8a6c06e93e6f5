import type { IncomingMessage, ServerResponse } from 'node:http';
import { expireVoucher, payVoucher, voucherPath } from './konbini.ts';
import { displayAmount } from './money.ts';
import { localeOf, newNonce, sendPage } from './page.ts';
import type { Sandbox } from './sandbox.ts';
import type { Attempt } from './store.ts';
import { closedVoucherPage, endedVoucherPage, voucherPage } from './voucher-page.ts';

/** Ends a waiting voucher as the buyer or the time would. Answers the PaymentIntent's id and status. */
export function endVoucher(sandbox: Sandbox, open: Attempt, how: 'pay' | 'expire'): { id: string; status: string } {
  const context = sandbox.context();
  sandbox.store.transaction(() => (how === 'pay' ? payVoucher : expireVoucher)(context, open));
  const { id, status } = sandbox.store.get('payment_intent', open.paymentIntent);
  sandbox.takeUp();
  sandbox.log(`konbini voucher of ${id}: ${how}, now ${status}`);
  return { id, status };
}

/** The slip that a buyer takes to the store, with the buttons that stand in for the store's till and for time. */
export function handleVoucher(sandbox: Sandbox, request: IncomingMessage, response: ServerResponse, url: URL): void {
  const [id = '', action] = url.pathname.slice(voucherPath.length).split('/');
  const framed = url.searchParams.get('frame') === '1';
  const { shopOrigin } = sandbox.config;
  const look = { locale: localeOf(url, request), nonce: newNonce() };
  const shop = framed ? shopOrigin : null;
  const page = (status: number, html: string) =>
    sendPage(response, { status, html, nonce: look.nonce, framedBy: shopOrigin });

  const open = sandbox.store.findAttempt(id);
  if (open?.waitsFor !== 'cash') {
    page(410, closedVoucherPage(look, shop));
    return;
  }
  if (request.method === 'POST' && (action === 'pay' || action === 'expire')) {
    request.resume(); // the form has no fields
    endVoucher(sandbox, open, action);
    page(200, endedVoucherPage(look, action, shop));
    return;
  }
  const intent = sandbox.store.get('payment_intent', open.paymentIntent);
  const details = intent.next_action?.konbini_display_details;
  if (request.method !== 'GET' || action !== undefined || !details) {
    page(405, closedVoucherPage(look, shop));
    return;
  }
  const query = `?locale=${look.locale}${framed ? '&frame=1' : ''}`;
  page(
    200,
    voucherPage(look, {
      amount: displayAmount(intent.amount, intent.currency),
      details,
      pay: `${voucherPath}${id}/pay${query}`,
      expire: `${voucherPath}${id}/expire${query}`,
    }),
  );
}
