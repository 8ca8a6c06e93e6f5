import * as z from 'zod/mini';
import { AppError } from './app-error.ts';

/**
 * Parses `value` by a contract's schema.
 * @throws AppError `invalid_request` with `details.issues: { path, message }[]`, the path in dots ("variants.0.sku").
 */
export function validate<S extends z.core.$ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = z.safeParse(schema, value);
  const issues = parsed.success
    ? unkeepableStrings(parsed.data)
    : parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message || issue.code }));
  if (parsed.success && issues.length === 0) return parsed.data;
  throw new AppError(
    'invalid_request',
    { issues },
    `invalid: ${issues.map((issue) => issue.path || '(all)').join(', ')}`,
  );
}

/** PostgreSQL keeps no NUL in a text, and no half of a surrogate pair in JSON. No field of ours has a use for either. */
function unkeepableStrings(value: unknown): { path: string; message: string }[] {
  const issues: { path: string; message: string }[] = [];
  // A list that grows while it is walked, because a request may be nested deeper than the stack reaches.
  const waiting: [path: string, object: object][] = [];
  const look = (path: string, one: unknown) => {
    if (typeof one === 'string' && (one.includes('\0') || !one.isWellFormed())) {
      issues.push({ path, message: 'a character that cannot be kept' });
    } else if (typeof one === 'object' && one !== null) waiting.push([path, one]);
  };
  look('', value);
  for (const [path, object] of waiting) {
    for (const name in object) look(path ? `${path}.${name}` : name, object[name as keyof typeof object]);
  }
  return issues;
}
