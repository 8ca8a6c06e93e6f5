import { settle } from './attempts.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { Knobs } from './knobs.ts';
import { Store } from './store.ts';
import { WebhookSender } from './webhooks.ts';

/** The account behind the API: its state, and what goes on without a request. */
export class Sandbox {
  readonly store: Store;
  readonly knobs = new Knobs();
  readonly webhooks: WebhookSender;
  /** Base of the addresses that a browser opens; known once the server listens. */
  url = '';
  private readonly settling = new Map<string, NodeJS.Timeout>();

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
    return { store: this.store, knobs: this.knobs, url: this.url, request };
  }

  /** Takes up what a change, or the life before a restart, left to be done: events to send, payments to settle. */
  takeUp(): void {
    this.webhooks.wake();
    for (const { id, settlesAt } of this.store.settlingAttempts()) {
      if (this.settling.has(id)) continue;
      const timer = setTimeout(
        () => {
          this.settling.delete(id);
          const open = this.store.findAttempt(id);
          if (open) this.store.transaction(() => settle(this.context(), open));
          this.webhooks.wake();
        },
        Number(settlesAt) - Date.now(),
      );
      this.settling.set(id, timer);
    }
  }

  /** Forgets all objects, answers and knobs. */
  reset(): void {
    this.store.clear();
    this.knobs.reset();
    this.webhooks.forget();
    this.stopSettling();
  }

  close(): void {
    this.webhooks.close();
    this.stopSettling();
    this.store.close();
  }

  private stopSettling(): void {
    for (const timer of this.settling.values()) clearTimeout(timer);
    this.settling.clear();
  }
}
