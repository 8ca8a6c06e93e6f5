import { Injectable } from '@nestjs/common';
import { STRIPE_EVENTS } from '#contracts/stripe-events';
import { Database, Gathered } from '../database/index.ts';
import { SettlePaymentJob } from './settle-payment.job.ts';

/** Of any other, nothing has to be done. */
const telling = new Set(STRIPE_EVENTS);
const MOST_OLD_SECONDS = 300;
/** The SDK accepts a webhook from the future; we do not. */
const MOST_AHEAD_SECONDS = 60;

export interface ArrivedEvent {
  id: string;
  /** The account whose endpoint it came to: see `StripeEvent`. */
  source: string;
  type: string;
  paymentIntentId: string | null;
  /** As it came. */
  payload: string;
  /** In seconds. */
  signedAt: number;
}

/** The webhook's inbox: what arrives is stored before it is answered, everything of one moment by one statement and one commit. */
@Injectable()
export class StripeInbox {
  readonly #arrivals = new Gathered<ArrivedEvent, boolean>(nameOf, (events) => this.#write(events));

  constructor(
    private readonly database: Database,
    private readonly settling: SettlePaymentJob,
  ) {}

  /** @returns once it is stored: false, and it is not, for one that was signed too long ago, or in the future */
  async store(event: ArrivedEvent): Promise<boolean> {
    return (await this.#arrivals.get(event))!;
  }

  /** Stripe's clock is the world's: the database's own, and not engawa_now(), which trials may move. */
  async #write(events: ArrivedEvent[]): Promise<Map<string, boolean>> {
    const column = <K extends keyof ArrivedEvent>(name: K) => events.map((event) => event[name]);
    const { rows } = await this.database.planned.sql<{ inTime: boolean; toDo: boolean }>(
      `WITH arrived AS (
         SELECT *, extract(epoch FROM now())::float8 - signed_at BETWEEN -$8::float8 AND $9::float8 AS in_time
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::bool[])
           WITH ORDINALITY AS a (id, source, type, payment_intent_id, payload, signed_at, tells, place)
       ), stored AS (
         INSERT INTO stripe_events (id, source, type, payment_intent_id, payload, processed_at)
         SELECT id, source, type, payment_intent_id, payload::jsonb, CASE WHEN NOT tells THEN now() END FROM arrived WHERE in_time
         ON CONFLICT DO NOTHING RETURNING processed_at
       )
       SELECT in_time AS "inTime", EXISTS (SELECT FROM stored WHERE processed_at IS NULL) AS "toDo" FROM arrived ORDER BY place`,
      [
        column('id'),
        column('source'),
        column('type'),
        column('paymentIntentId'),
        column('payload'),
        column('signedAt'),
        events.map(({ type }) => telling.has(type)),
        MOST_AHEAD_SECONDS,
        MOST_OLD_SECONDS,
      ],
    );
    if (rows[0]?.toDo) this.settling.soon();
    return new Map(events.map((event, index) => [nameOf(event), rows[index]!.inTime]));
  }
}

/** One that is sent again is signed again. */
function nameOf({ source, id, signedAt }: ArrivedEvent): string {
  return `${source}:${id}:${signedAt}`;
}
