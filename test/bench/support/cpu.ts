import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in ticks of 1/100 s, whatever the kernel's own clock is. */
const MICROSECONDS_PER_TICK = 10_000;

interface Times {
  parent: number;
  own: number;
  /** Of children that have ended and were waited for. */
  ended: number;
}

function timesOf(pid: number): Times | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null; // it ended meanwhile
  }
  // The command in parentheses may itself hold spaces and parentheses. Behind it come state and the rest.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return { parent: fields[1]!, own: fields[11]! + fields[12]!, ended: fields[13]! + fields[14]! };
}

/** CPU time in µs, user and system, that a process has used so far. */
export function processCpu(pid: number): number {
  const times = timesOf(pid);
  if (!times) throw new Error(`process ${pid} has ended`);
  return times.own * MICROSECONDS_PER_TICK;
}

/** The same of a process and all its direct children, those that have ended included: of PostgreSQL, for one. */
export function familyCpu(pid: number): number {
  for (;;) {
    const head = familyHead(pid);
    let ticks = head.own + head.ended;
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const times = timesOf(Number(name));
      if (times?.parent === pid) ticks += times.own;
    }
    // A child that ended meanwhile was seen in neither place.
    if (familyHead(pid).ended === head.ended) return ticks * MICROSECONDS_PER_TICK;
  }
}

function familyHead(pid: number): Times {
  const head = timesOf(pid);
  if (!head) throw new Error(`process ${pid} has ended`);
  return head;
}
