import * as z from 'zod/mini';
import { AppError } from './app-error.ts';

/**
 * Parses `value` by a contract's schema.
 * @throws AppError `invalid_request` with `details.issues: { path, message }[]`, the path in dots ("variants.0.sku").
 */
export function validate<S extends z.core.$ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = z.safeParse(schema, value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message: issue.message || issue.code,
  }));
  throw new AppError(
    'invalid_request',
    { issues },
    `invalid: ${issues.map((issue) => issue.path || '(all)').join(', ')}`,
  );
}
