import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { AppError } from './app-error.ts';
import { validate } from './validate.ts';

const Line = z.object({ sku: z.string().check(z.minLength(1)), count: z.int() });
const Order = z.object({ name: z.string().check(z.trim()), lines: z.array(Line), extra: z.optional(z.unknown()) });

function issuesOf(value: unknown): unknown {
  try {
    return validate(Order, value);
  } catch (error) {
    expect((error as AppError).code).toBe('invalid_request');
    return (error as AppError).details?.issues;
  }
}

describe('validate', () => {
  it('answers what the schema makes of a value, without what it does not know', () => {
    expect(issuesOf({ name: ' 早川 ', lines: [], secret: 1 })).toEqual({ name: '早川', lines: [] });
  });

  it('names every wrong field by its path', () => {
    const issues = issuesOf({
      name: 1,
      lines: [
        { sku: '', count: 1 },
        { sku: 'a', count: 1.5 },
      ],
    });
    expect(issues).toEqual(
      ['name', 'lines.0.sku', 'lines.1.count'].map((path) => ({ path, message: expect.any(String) })),
    );
  });

  it('names no field when all is wrong', () => {
    expect(issuesOf(null)).toEqual([{ path: '', message: expect.any(String) }]);
  });

  it('refuses characters that no database keeps, wherever they are', () => {
    const issues = issuesOf({ name: 'a\0', lines: [{ sku: '\udc00', count: 1 }], extra: { deep: ['😀', '\ud83d'] } });
    expect(issues).toMatchObject([{ path: 'name' }, { path: 'lines.0.sku' }, { path: 'extra.deep.1' }]);
  });

  it('is not broken by nesting', () => {
    let extra: unknown = 'ok';
    for (let depth = 0; depth < 100_000; depth += 1) extra = [extra];
    expect(validate(Order, { name: '', lines: [], extra })).toBeDefined();
  });
});
