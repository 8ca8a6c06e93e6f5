import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, isAlive, sleep } from '../prepare/processes.mjs';
import { print } from '../prepare/progress.mjs';

/** Children carry it in their environment, so that the orphans of a dead one can be told from everybody else's. */
export const runVariable = 'ENGAWA_RUN';

/**
 * The record of the process groups that a supervisor started, in a file of the data folder. It outlives a `kill -9`, so
 * that the next start ends what is left. A process is named by its pid and its start time: a pid that was handed out
 * again is never touched.
 */
export function openRecord(dataDir, runId) {
  const file = join(dataDir, 'processes.json');
  const groups = new Map();
  const save = () => {
    try {
      writeFileSync(`${file}.new`, JSON.stringify([...groups.values()], null, 2));
      renameSync(`${file}.new`, file);
    } catch (error) {
      // A full disk must not end the supervisor. Without the record the next start may miss an orphan, no more.
      print(`  ! cannot write ${file}: ${error.message}`);
    }
  };
  return {
    add(name, pid) {
      groups.set(name, { name, ...identify(pid) });
      save();
    },
    remove(name) {
      groups.delete(name);
      save();
    },
    /** Ends what an earlier run left. @returns {Promise<number>} how many processes that were */
    async clear() {
      const left = [...readRecord(file).filter(isAlive), ...orphansOf(runId)];
      await end(left);
      rmSync(file, { force: true });
      return new Set(left.map(({ pid }) => pid)).size;
    },
    /** Ends what children left behind, after the children themselves were ended. */
    async sweep() {
      await end(orphansOf(runId));
    },
  };
}

function readRecord(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}

// Linux shows the environment that a process was started with; elsewhere only the recorded leaders are known.
function orphansOf(runId) {
  if (process.platform !== 'linux') return [];
  const mark = `${runVariable}=${runId}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, 'utf8').split('\0').includes(mark);
      } catch {
        return false;
      }
    })
    .map((name) => identify(Number(name)));
}

async function end(processes) {
  for (const [signal, patience] of [
    ['SIGTERM', 3000],
    ['SIGKILL', 2000],
  ]) {
    const alive = processes.filter(isAlive);
    if (alive.length === 0) return;
    for (const { pid } of alive) {
      // The whole group where it leads one, else the single process.
      if (!signalTo(-pid, signal)) signalTo(pid, signal);
    }
    for (let waited = 0; waited < patience && processes.some(isAlive); waited += 50) await sleep(50);
  }
}

/** @returns {boolean} whether there was such a process or group */
export function signalTo(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
