import { createHash } from 'node:crypto';
import { StripeError, invalidRequest } from './errors.ts';
import type { Form } from './form.ts';
import type { Store, StoredAnswer } from './store.ts';

/** Keys whose first request is still under way. They do not outlive the process: neither does the request. */
export class IdempotencyKeys {
  private readonly inUse = new Set<string>();

  constructor(private readonly store: Store) {}

  /** The kept answer when this request was made before; otherwise runs the work, with the key taken meanwhile. */
  async once<T>(
    key: string,
    path: string,
    form: Form,
    work: () => Promise<T>,
  ): Promise<{ fresh: T } | { stored: StoredAnswer }> {
    if (key.length > 255) throw invalidRequest('Idempotency keys can be at most 255 characters.');
    if (this.inUse.has(key)) throw keyInUse(key);
    const stored = this.store.findAnswer(key);
    if (stored) {
      if (stored.path !== path || stored.fingerprint !== fingerprint(form)) throw otherRequest(key, stored.path, path);
      return { stored };
    }
    this.inUse.add(key);
    try {
      return { fresh: await work() };
    } finally {
      this.inUse.delete(key);
    }
  }
}

/** Same parameters, whatever their order. */
export function fingerprint(form: Form): string {
  const sorted = JSON.stringify(form, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(sorted).digest('hex');
}

function keyInUse(key: string): StripeError {
  const message =
    'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, ' +
    `and the other request is still going through): ${key}. Please try again later.`;
  return new StripeError(409, { type: 'invalid_request_error', code: 'idempotency_key_in_use', message });
}

function otherRequest(key: string, firstPath: string, path: string): StripeError {
  const what =
    firstPath === path
      ? 'with the same parameters they were first used with'
      : `for the same endpoint they were first used for ('${firstPath}' vs '${path}')`;
  const message =
    `Keys for idempotent requests can only be used ${what}. Try using a key other than '${key}' if you meant to ` +
    'execute a different request.';
  return new StripeError(400, { type: 'idempotency_error', message });
}
