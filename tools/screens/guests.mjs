import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';

const card = {
  'payment_method_data[type]': 'card',
  'payment_method_data[card][number]': '4242424242424242',
  'payment_method_data[card][exp_month]': '3',
  'payment_method_data[card][exp_year]': '2035',
  'payment_method_data[card][cvc]': '123',
};

/** A guest without a browser: joins the room, watches, talks, taps and buys over the same doors as a page. */
export async function guest(url, sandboxUrl, showId, name) {
  const call = async (method, path, body, token) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Guest ${token}` }) },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${answer.code} ${answer.message}`);
    return answer;
  };
  const { token } = await call('POST', '/api/guest', {});
  const socket = io(url, { transports: ['websocket'], auth: { guest: token }, forceNew: true });
  const ask = async (event, payload) => {
    const answer = await socket.timeout(5_000).emitWithAck(event, { showId, ...payload });
    if (!answer.ok) throw new Error(`${event}: ${answer.error.code}`);
    return answer.data;
  };
  const { show } = await ask('show.join', {});
  await ask('show.heartbeat', {});
  const beat = setInterval(() => void ask('show.heartbeat', {}).catch(() => undefined), 10_000);

  return {
    leave() {
      clearInterval(beat);
      socket.disconnect();
    },
    says: (text) => ask('chat.send', { clientMessageId: randomUUID(), name, text }),
    hearts: (count) => ask('reaction.send', { count }),
    clicks: (position) =>
      ask('interaction.record', {
        messageId: randomUUID(),
        name: 'Product Clicked',
        productId: show.offers[position - 1].productId,
        at: new Date().toISOString(),
      }),
    async buys(position, quantity = 1, variant = 0) {
      const offer = show.offers[position - 1];
      const { hold, totals } = await call(
        'POST',
        '/api/checkout/holds',
        { key: randomUUID(), showId, offerId: offer.id, variantId: offer.variants[variant].variantId, quantity },
        token,
      );
      const made = await fetch(`${sandboxUrl}/v1/confirmation_tokens`, {
        method: 'POST',
        headers: { authorization: 'Bearer pk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(card).toString(),
      });
      const { id: confirmationTokenId } = await made.json();
      return call(
        'POST',
        '/api/checkout/orders',
        {
          key: randomUUID(),
          holdIds: [hold.id],
          confirmationTokenId,
          contact: { email: 'haruka.s@example.jp', name, phone: '03-0000-0000' },
          address: {
            country: 'JP',
            postalCode: '154-0017',
            region: '東京都',
            city: '世田谷区',
            line1: '世田谷1-2-3',
            line2: '',
          },
          expectedTotalAmount: totals.totalAmount,
        },
        token,
      );
    },
  };
}
