import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from './person.ts';

/** Tries an expectation until it holds. What it last said is thrown when it never does. */
export async function eventually<T>(expectation: () => T | Promise<T>): Promise<T> {
  for (const start = Date.now(); ; await sleep(50)) {
    try {
      return await expectation();
    } catch (error) {
      if (Date.now() - start > PATIENCE_MS) throw error;
    }
  }
}
