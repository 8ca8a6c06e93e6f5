import { Injectable } from '@nestjs/common';
import { logger } from '#platform/logger';

/** A fact that a module tells those above it, past tense. Emitted after commit, within this process, and may be lost with it. */
export class DomainEvent<T> {
  declare readonly payload: T;
  constructor(readonly name: string) {}
}

@Injectable()
export class DomainEvents {
  readonly #handlers = new Map<string, ((payload: never) => void | Promise<void>)[]>();

  on<T>(event: DomainEvent<T>, handler: (payload: T) => void | Promise<void>): void {
    const handlers = this.#handlers.get(event.name) ?? [];
    handlers.push(handler as (payload: never) => void | Promise<void>);
    this.#handlers.set(event.name, handlers);
  }

  /** Handlers run apart from the emitter: what one throws is logged and stops nobody else. */
  emit<T>(event: DomainEvent<T>, payload: T): void {
    for (const handler of this.#handlers.get(event.name) ?? []) {
      Promise.resolve()
        .then(() => (handler as (payload: T) => void | Promise<void>)(payload))
        .catch((error: unknown) => logger.error({ err: error, event: event.name }, 'domain event handler failed'));
    }
  }
}
