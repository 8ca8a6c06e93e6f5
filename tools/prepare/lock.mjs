import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { identify, isAlive, sleep } from './processes.mjs';

/** @returns the process that holds the lock, or null */
export function lockHolder(path) {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8'));
    return isAlive(holder) ? holder : null;
  } catch {
    return null;
  }
}

/**
 * Takes a lock file, unless a living process has it. What a dead process left is taken over.
 *
 * @returns {(() => void) | null} gives the lock back; null when it is taken
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  // Written aside and linked into place, so that nobody ever reads a half-written lock.
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(identify(process.pid)));
  try {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      try {
        linkSync(mine, path);
        return () => rmSync(path, { force: true });
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
        if (lockHolder(path)) return null;
        clearStale(path);
      }
    }
    return null;
  } finally {
    rmSync(mine, { force: true });
  }
}

// Two may find the same stale lock. The slower one would remove the lock that the faster one has just taken, so it looks
// at what it moved away, and puts a living one back.
function clearStale(path) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
    if (lockHolder(aside)) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'ENOENT' && error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Waits for the lock, then does the work under it. */
export async function withLock(path, work, onWait) {
  let unlock = tryLock(path);
  while (!unlock) {
    onWait?.(`waiting for process ${lockHolder(path)?.pid ?? ''}, which does the same`);
    await sleep(300);
    unlock = tryLock(path);
  }
  try {
    return await work();
  } finally {
    unlock();
  }
}
