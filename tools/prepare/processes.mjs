import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process began, as an opaque string, or null when it is gone. A pid alone does not name a process for long: the
 * system hands it out again. Together with this it does.
 */
export function processStart(pid) {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The command in parentheses may itself hold spaces and parentheses. Behind it come state and the rest.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : (fields[19] ?? null);
    } catch {
      return null;
    }
  }
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** @returns {{ pid: number, start: string | null }} */
export const identify = (pid) => ({ pid, start: processStart(pid) });

/** Whether the very process that was identified is still there. */
export const isAlive = ({ pid, start }) => start !== null && processStart(pid) === start;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
