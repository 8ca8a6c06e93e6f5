import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#platform/app-error';
import { sqlState } from '../database/index.ts';

/** A statement took too long, or did not get its lock in time. */
const BUSY = new Set(['57014', '55P03']);
const MOST_ATTEMPTS = 20;
const PAUSE_MS = 250;

/** Does again what a busy machine had no time for, as a person presses again. For what may be repeated only. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isOfABusyMachine(error) || attempt === MOST_ATTEMPTS) throw error;
      await sleep(PAUSE_MS * attempt);
    }
  }
}

function isOfABusyMachine(error: unknown): boolean {
  if (error instanceof AppError) return error.code === 'unavailable';
  // How fetch says that a connection was lost.
  return BUSY.has(sqlState(error) ?? '') || (error instanceof TypeError && error.message === 'fetch failed');
}
