import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { Id, Locale, Time } from './ids.ts';

export const MailKind = z.enum([
  'order_paid',
  'order_shipped',
  'order_refunded',
  'voucher_waiting',
  'waitlist_offer',
  'survey',
  'sign_in_code',
]);
export type MailKind = z.infer<typeof MailKind>;

/** queued: on its way, or waiting for the server · not_sent: no mail server is set · failed: refused for good, or given up */
export const MailState = z.enum(['queued', 'sent', 'not_sent', 'failed']);
export type MailState = z.infer<typeof MailState>;

export const MailSummary = z.object({
  id: Id,
  kind: MailKind,
  reference: z.string(), // what it is about, such as order-paid:<order id>
  locale: Locale,
  to: z.string(),
  subject: z.string(),
  state: MailState,
  attempts: z.int(), // since it was queued last
  lastError: z.nullable(z.string()), // in the server's words
  createdAt: Time,
  sentAt: z.nullable(Time), // the last time that the server took it
});
export type MailSummary = z.infer<typeof MailSummary>;

export const Mail = z.extend(MailSummary, { text: z.string() });
export type Mail = z.infer<typeof Mail>;

export const mailApi = {
  /** Newest first, a page at a time: `after` is the last id of the page before. */
  list: endpoint(
    'GET',
    '/api/mails',
    z.object({
      state: z.optional(MailState),
      after: z.optional(Id),
      limit: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50),
    }),
    z.object({ mails: z.array(MailSummary), next: z.nullable(Id), hasServer: z.boolean() }),
  ),
  get: endpoint('GET', '/api/mails/:id', z.object({ id: Id }), Mail),
  /** Sends it now: one that waits, failed or was not sent; and once more one that was. */
  resend: endpoint('POST', '/api/mails/:id/resend', z.object({ id: Id }), Mail),
};

/** The HTML of a mail as a page of its own, for a frame: it runs no scripts and loads nothing. */
export const mailPagePath = (id: Id) => `/api/mails/${id}/page`;
