import * as z from 'zod';

const DAY_MS = 86_400_000;
const share = z.number().min(0).max(1);

/** What a test can turn, below `/_sandbox/knobs`. All are off at the start and after a reset. */
const knobs = z.strictObject({
  /** Pause before every request under /v1, in milliseconds. */
  latency_ms: z.int().min(0).max(60_000).default(0),
  /** Payments stay `processing` for so long before they succeed. */
  processing_ms: z.int().min(0).max(600_000).default(0),
  /** A refund that does not end at once (see the table of cards) takes each of its steps after so long. */
  refund_ms: z.int().min(0).max(600_000).default(2_000),
  /** Vouchers say that they were made so long before they are, for a shop whose clock is in the past. They wait as long as ever. */
  voucher_ago_ms: z
    .int()
    .min(0)
    .max(1000 * DAY_MS)
    .default(0),
  /** The next `times` requests that match are refused with this status. Nothing of them is done. */
  fail_next: z
    .strictObject({
      status: z.union([z.literal(429), z.literal(500), z.literal(503)]),
      times: z.int().min(1).default(1),
      path: z.string().optional(),
    })
    .nullable()
    .default(null),
  /**
   * The next `times` requests that match are done and kept, and then their connection is cut without an answer. The SDK
   * repeats such a request once by itself: it takes two cuts before the caller notices.
   */
  cut_after_commit: z
    .strictObject({ times: z.int().min(1).default(1), path: z.string().optional() })
    .nullable()
    .default(null),
  /** The next `times` refunds are refused for good, with this code of Stripe's: whatever the reason, nothing is given back. */
  refuse_refunds: z
    .strictObject({
      code: z.string(),
      message: z.string().default('This refund is refused (knob refuse_refunds).'),
      times: z.int().min(1).default(1),
    })
    .nullable()
    .default(null),
  webhooks: z
    .strictObject({
      /** Share of the events that are sent twice. */
      duplicate: share.default(0),
      /** Share of the events that never arrive. They can still be listed. */
      drop: share.default(0),
      delay_ms: z.int().min(0).max(600_000).default(0),
      /** Events of one PaymentIntent wait for a random part of `reorder_ms`, not for each other. */
      reorder: z.boolean().default(false),
      reorder_ms: z.int().min(1).max(60_000).default(200),
      /** Only these types are disturbed. */
      types: z.array(z.string()).optional(),
    })
    .prefault({}),
});

export type KnobValues = z.infer<typeof knobs>;

export class Knobs {
  values: KnobValues = knobs.parse({});

  /** Sets the given knobs and leaves the others. Throws a ZodError that names what is wrong. */
  set(change: unknown): void {
    const given = z.record(z.string(), z.unknown()).parse(change);
    const webhooks = given['webhooks'] ? { ...this.values.webhooks, ...given['webhooks'] } : this.values.webhooks;
    this.values = knobs.parse({ ...this.values, ...given, webhooks });
  }

  reset(): void {
    this.values = knobs.parse({});
  }

  /** Whether this request is one of the next `times` that the knob speaks of; counts it. */
  take(knob: 'fail_next' | 'cut_after_commit' | 'refuse_refunds', path = ''): boolean {
    const value = this.values[knob];
    if (!value || ('path' in value && value.path && !path.startsWith(value.path))) return false;
    value.times -= 1;
    if (value.times === 0) this.values[knob] = null;
    return true;
  }
}
