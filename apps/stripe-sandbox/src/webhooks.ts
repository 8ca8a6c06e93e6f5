import { createHmac } from 'node:crypto';
import type { KnobValues } from './knobs.ts';
import type { Store } from './store.ts';

interface Options {
  url: string | undefined;
  secret: string;
  disturb: () => KnobValues['webhooks'];
  log: (message: string) => void;
}

const patienceMs = 10_000; // for the endpoint's answer
const longestPauseMs = 5000;
const mostAtOnce = 16;

/**
 * Sends events to the one webhook endpoint. Events of one PaymentIntent go in order, each after the last was accepted;
 * those of different ones do not wait for each other. What is not answered with 2xx is sent again, after 200 ms and then
 * twice as long each time. Undelivered events are in the store, so that a restart goes on.
 */
export class WebhookSender {
  private readonly lanes = new Map<string, string[]>();
  private readonly known = new Set<string>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly waiting: (() => void)[] = [];
  private sending = 0;
  private lastSeen = 0;
  private closed = false;

  constructor(
    private readonly store: Store,
    private readonly options: Options,
  ) {}

  /** Takes up what the store says is undelivered. Called at the start and after every change. */
  wake(): void {
    if (!this.options.url || this.closed) return;
    for (const { seq, event, lane } of this.store.deliveries(this.lastSeen)) {
      this.lastSeen = seq;
      this.enqueue(event, lane);
    }
  }

  /** Sends an event once more, as Stripe's dashboard does. */
  resend(event: string): void {
    if (this.known.has(event) || !this.options.url) return;
    this.store.addDelivery(event, event);
    this.enqueue(event, event);
  }

  private enqueue(event: string, lane: string): void {
    this.known.add(event);
    // Out of order means that no event waits for another.
    const key = this.options.disturb().reorder ? event : lane;
    const queue = this.lanes.get(key);
    if (queue) {
      queue.push(event);
      return;
    }
    this.lanes.set(key, [event]);
    void this.run(key);
  }

  /** Forgets everything that is under way; the store was cleared. */
  forget(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.lanes.clear();
    this.known.clear();
  }

  close(): void {
    this.closed = true;
    this.forget();
  }

  get pending(): number {
    return this.known.size;
  }

  private async run(lane: string): Promise<void> {
    const queue = this.lanes.get(lane);
    for (let next = queue?.[0]; next && this.lanes.get(lane) === queue; next = queue?.[0]) {
      await this.deliver(next);
      if (this.lanes.get(lane) !== queue) return; // forgotten meanwhile
      queue?.shift();
    }
    if (this.lanes.get(lane) === queue) this.lanes.delete(lane);
  }

  private async deliver(id: string): Promise<void> {
    const event = this.store.find('event', id);
    const disturb = this.options.disturb();
    const disturbed = event !== undefined && (disturb.types?.includes(event.type) ?? true);
    if (disturbed && disturb.delay_ms > 0) await this.pause(disturb.delay_ms);
    if (disturbed && disturb.reorder) await this.pause(Math.random() * disturb.reorder_ms);
    if (!event || (disturbed && Math.random() < disturb.drop)) return this.done(id);
    const body = JSON.stringify(event);
    let pauseMs = 200;
    while (!this.closed && this.known.has(id)) {
      const fault = await this.post(body);
      if (this.closed || !this.known.has(id)) return;
      if (!fault) {
        if (disturbed && Math.random() < disturb.duplicate) await this.post(body);
        return this.done(id);
      }
      this.options.log(`${event.type} ${event.id} was not accepted (${fault}); again in ${pauseMs} ms`);
      await this.pause(pauseMs);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }

  private done(id: string): void {
    if (this.closed) return;
    this.known.delete(id);
    this.store.removeDelivery(id);
  }

  /** Answers what went wrong, or undefined. */
  private async post(body: string): Promise<string | undefined> {
    if (this.sending >= mostAtOnce) await new Promise<void>((resume) => this.waiting.push(resume));
    this.sending += 1;
    try {
      const answer = await fetch(this.options.url ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': signature(body, this.options.secret),
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(patienceMs),
      });
      await answer.arrayBuffer();
      return answer.ok ? undefined : `status ${answer.status}`;
    } catch (error) {
      return error instanceof Error
        ? String((error.cause as Error | undefined)?.message ?? error.message)
        : 'no answer';
    } finally {
      this.sending -= 1;
      this.waiting.shift()?.();
    }
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, milliseconds);
      timer.unref();
      this.timers.add(timer);
    });
  }
}

/** The header that Stripe signs a webhook with: HMAC-SHA256 over the time and the raw body. */
export function signature(body: string, secret: string, time = Math.floor(Date.now() / 1000)): string {
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}
