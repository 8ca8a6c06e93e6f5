import { existsSync, readFileSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './run.mjs';
import { identify, isAlive, sleep } from './processes.mjs';

/**
 * Ends what a killed run left over one data folder: the server, or single backends of it that still hold its memory.
 * The data is safe: the next start recovers it.
 */
export async function stopLeftovers(folder, report) {
  if (!existsSync(folder)) return;
  const lockFile = join(folder, 'postmaster.pid');
  const leftovers = (await postgresProcesses(folder)).map(identify);
  if (leftovers.length > 0) report?.('stopping the server of a killed run');
  const server = lockHolder(lockFile);
  for (const [signal, patience] of [
    ['SIGINT', 8000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 3000],
  ]) {
    for (const process_ of leftovers) {
      // The server ends its backends itself. Alone they are told directly; SIGINT would only cancel their query.
      const alone = !leftovers.some(({ pid }) => pid === server);
      if (isAlive(process_) && (alone || process_.pid === server || signal === 'SIGKILL')) {
        kill(process_.pid, alone && signal === 'SIGINT' ? 'SIGTERM' : signal);
      }
    }
    for (let waited = 0; waited < patience && leftovers.some(isAlive); waited += 50) await sleep(50);
  }
  // A server that was killed leaves its lock file. When its pid belongs to some other process by now, PostgreSQL takes
  // that one for the server and refuses to start.
  if (server !== null && (await postgresProcesses(folder)).length === 0) rmSync(lockFile, { force: true });
}

function lockHolder(lockFile) {
  try {
    return Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
  } catch {
    return null;
  }
}

// The server and each of its backends have the data folder as their working directory.
async function postgresProcesses(folder) {
  const wanted = realpathSync(folder);
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          const program = basename(readlinkSync(`/proc/${pid}/exe`));
          return program.startsWith('postgres') && readlinkSync(`/proc/${pid}/cwd`) === wanted;
        } catch {
          return false;
        }
      });
  }
  const listed = await run('lsof', ['-a', '-c', 'postgres', '-d', 'cwd', '-Fpn']).catch(() => '');
  let pid = 0;
  const found = [];
  for (const line of listed.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    else if (line === `n${wanted}`) found.push(pid);
  }
  return found;
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
