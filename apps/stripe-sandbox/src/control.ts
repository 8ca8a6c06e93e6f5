import type { IncomingMessage, ServerResponse } from 'node:http';
import * as z from 'zod';
import { StripeError } from './errors.ts';
import { readBody, sameText } from './http.ts';
import type { Sandbox } from './sandbox.ts';
import { endVoucher } from './voucher.ts';

export const controlPath = '/_sandbox/';

/**
 * What Stripe does not have: `health` for whoever started the sandbox, and for tests `knobs`, `state`, `reset`,
 * `events/<id>/resend`, and `konbini/<PaymentIntent>/pay` and `/expire`. All but health ask for the secret key, so that no page in a browser turns a knob.
 */
export async function handleControl(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const answer = (status: number, body: object) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const path = url.pathname.slice(controlPath.length);
  const call = `${request.method} ${path}`;
  if (call === 'GET health') return answer(200, { ok: true });
  if (!sameText(request.headers.authorization ?? '', `Bearer ${sandbox.config.secretKey}`))
    return answer(401, { message: 'The sandbox is controlled with its secret key.' });

  switch (call) {
    case 'GET knobs':
      return answer(200, sandbox.knobs.values);
    case 'POST knobs': {
      try {
        sandbox.knobs.set(JSON.parse(await readBody(request)));
      } catch (error) {
        const message = error instanceof z.ZodError ? z.prettifyError(error) : 'The knobs must be a JSON object.';
        return answer(error instanceof StripeError ? error.status : 400, { message });
      }
      return answer(200, sandbox.knobs.values);
    }
    case 'POST reset':
      sandbox.reset();
      return answer(200, { ok: true });
    case 'GET state':
      return answer(200, {
        objects: sandbox.store.counts(),
        undeliveredEvents: sandbox.webhooks.pending,
        knobs: sandbox.knobs.values,
      });
    default: {
      const event = /^POST events\/(\w+)\/resend$/.exec(call)?.[1];
      if (event && sandbox.store.find('event', event)) {
        sandbox.webhooks.resend(event);
        return answer(200, { ok: true });
      }
      const [, intent, end] = /^POST konbini\/(\w+)\/(pay|expire)$/.exec(call) ?? [];
      const open = intent ? sandbox.store.attemptOf(intent) : undefined;
      if (intent && open?.waitsFor !== 'cash')
        return answer(409, { message: `${intent} does not wait for a payment at a store.` });
      if (open) return answer(200, endVoucher(sandbox, open, end === 'pay' ? 'pay' : 'expire'));
      return answer(404, { message: `There is no ${request.method} ${url.pathname}.` });
    }
  }
}
