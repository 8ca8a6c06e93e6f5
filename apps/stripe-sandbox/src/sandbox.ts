import { createHash } from 'node:crypto';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { Knobs } from './knobs.ts';
import { Store } from './store.ts';
import { perform } from './tasks.ts';
import { WebhookSender } from './webhooks.ts';

/** Node's timers end at once when they should take longer; a konbini voucher may. */
const longestTimerMs = 2 ** 31 - 1;

/** The account behind the API: its state, and what goes on without a request. */
export class Sandbox {
  readonly store: Store;
  readonly knobs = new Knobs();
  readonly webhooks: WebhookSender;
  /** Base of the addresses that a browser opens; known once the server listens. */
  url = '';
  private alarm: NodeJS.Timeout | undefined;

  constructor(
    readonly config: Config,
    readonly log: (message: string) => void,
  ) {
    this.store = new Store(config.dataDir);
    this.webhooks = new WebhookSender(this.store, {
      url: config.webhookUrl,
      secret: config.webhookSecret,
      disturb: () => this.knobs.values.webhooks,
      log,
    });
  }

  context(request: Context['request'] = { id: null, idempotencyKey: null }): Context {
    const { webhookEvents } = this.config;
    const isSent = (type: string) => webhookEvents?.has(type) ?? true;
    return { store: this.store, knobs: this.knobs, url: this.url, account: accountOf(this.config), isSent, request };
  }

  /**
   * Takes up what a change, or the life before a restart, left to be done: tasks that are due, and events to send. Called once the
   * answer to a request is made, so that what Stripe does after its answer shows in the next one.
   */
  takeUp(): void {
    while ((this.store.nextDue() ?? Infinity) <= Date.now())
      this.store.transaction(() => {
        const task = this.store.takeDueTask(Date.now());
        if (task) perform(this.context(), task);
      });
    this.webhooks.wake();
    this.setAlarm();
  }

  /** One timer, for the task that is due first. */
  private setAlarm(): void {
    clearTimeout(this.alarm);
    const due = this.store.nextDue();
    if (due === null) return;
    this.alarm = setTimeout(() => this.takeUp(), Math.min(Math.max(0, due - Date.now()), longestTimerMs));
  }

  /** Forgets all objects, answers and knobs. */
  reset(): void {
    this.store.clear();
    this.knobs.reset();
    this.webhooks.forget();
    clearTimeout(this.alarm);
  }

  close(): void {
    this.webhooks.close();
    clearTimeout(this.alarm);
    this.store.close();
  }
}

function accountOf({ secretKey }: Config): string {
  return `acct_${createHash('sha256').update(secretKey).digest('hex').slice(0, 16)}`;
}
