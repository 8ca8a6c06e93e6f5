import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';

jest.setTimeout(60_000);

let dataDir: string;
const started: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(process.env.TEST_TEMP_DIR ?? tmpdir(), 'machine-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) await end(child, 'SIGTERM');
});

describe('the supervisor', () => {
  it('starts a killed server again, and ends the worker that it left', async () => {
    run('supervise.mjs');
    const before = await pidsOf('api');
    process.kill(before.pid, 'SIGKILL');
    const after = await pidsOf('api', before.pid);
    await gone(before.worker);
    expect(isAlive(after.pid)).toBe(true);
    expect(isAlive((await pidsOf('media')).pid)).toBe(true);
  });

  it('ends all servers with their workers, also one that left its group', async () => {
    const supervisor = run('supervise.mjs');
    const [api, media] = [await pidsOf('api'), await pidsOf('media')];
    await end(supervisor, 'SIGTERM');
    expect([api.pid, api.worker, media.pid, media.worker].filter(isAlive)).toEqual([]);
  });

  it('clears what a killed one left, and no process that only got the same pid', async () => {
    const supervisor = run('supervise.mjs');
    const [api, media] = [await pidsOf('api'), await pidsOf('media')];
    await end(supervisor, 'SIGKILL');
    process.kill(media.pid, 'SIGKILL');
    expect(isAlive(api.pid)).toBe(true);

    const stranger = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached: true });
    started.push(stranger);
    const record = join(dataDir, 'processes.json');
    const groups = JSON.parse(readFileSync(record, 'utf8')) as object[];
    writeFileSync(record, JSON.stringify([...groups, { name: 'gone', pid: stranger.pid, start: 'long ago' }]));

    run('supervise.mjs');
    await pidsOf('api', api.pid);
    expect([api.pid, api.worker, media.worker].filter(isAlive)).toEqual([]);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
  });
});

describe('the embedded PostgreSQL', () => {
  it('keeps what was committed when everything is killed, the next time with and without a server left over', async () => {
    const first = run('database.mjs');
    const { url } = await address(first);
    await query(url, 'CREATE TABLE kept (word text)');
    await query(url, `INSERT INTO kept VALUES ('one')`);
    await end(first, 'SIGKILL');

    const second = run('database.mjs');
    const again = await address(second);
    expect(await query(again.url, 'SELECT word FROM kept')).toEqual([{ word: 'one' }]);
    await query(again.url, `INSERT INTO kept VALUES ('two')`);
    process.kill(again.pid, 'SIGKILL');
    await end(second, 'SIGKILL');

    const third = await address(run('database.mjs'));
    expect(await query(third.url, 'SELECT word FROM kept')).toEqual([{ word: 'one' }, { word: 'two' }]);
  });

  it('listens on loopback only, behind a password', async () => {
    const { url } = await address(run('database.mjs'));
    const [setting] = await query(url, 'SHOW listen_addresses');
    expect(setting).toEqual({ listen_addresses: '127.0.0.1' });
    const wrong = Object.assign(new URL(url), { password: 'guess' }).href;
    await expect(query(wrong, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });
});

function run(script: string): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../support/machine', script), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

async function address(child: ChildProcess): Promise<{ url: string; pid: number }> {
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  return JSON.parse(line.toString()) as { url: string; pid: number };
}

/** What a stand-in wrote down, once it is another process than `not`. */
async function pidsOf(name: string, not?: number): Promise<{ pid: number; worker: number }> {
  for (;;) {
    try {
      const pids = JSON.parse(readFileSync(join(dataDir, `${name}.pids`), 'utf8')) as { pid: number; worker: number };
      if (pids.pid !== not) return pids;
    } catch {
      // Not written yet.
    }
    await sleep(20);
  }
}

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(20);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended, and whose exit code nobody has asked for, still has its pid: a zombie.
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed takes the connection with it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows;
  } finally {
    await client.end();
  }
}
