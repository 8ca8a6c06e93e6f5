import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { API_V8_FLAGS } from '#platform/v8-flags';
import { freePorts } from '../../support/ports.ts';
import type { Bench } from './bench.ts';

const root = join(import.meta.dirname, '../../..');

export interface ApiProcess {
  url: string;
  port: number;
  pid: number;
  /** For the first member of the empty database. */
  setupCode: string;
}

/** The built api in a process of its own, over an empty database. */
export async function startApi(
  bench: Bench,
  databaseUrl: string,
  env: Record<string, string> = {},
): Promise<ApiProcess> {
  const [port] = (await freePorts(1)) as [number];
  const url = `http://localhost:${port}`;
  const logFile = logFileOf(bench);
  const log = createWriteStream(logFile);
  await once(log, 'open');
  const profile = bench.options.profile ? ['--cpu-prof', `--cpu-prof-dir=${bench.options.profile}`] : [];
  const child = spawn(process.execPath, [...profile, ...API_V8_FLAGS, join(root, 'dist/apps/api/main.js')], {
    cwd: root,
    env: environment({
      DATABASE_URL: databaseUrl,
      PORT: String(port),
      PUBLIC_URL: url,
      ENGAWA_DATA_DIR: join(bench.tempDir, 'data'),
      ...env,
    }),
    stdio: ['ignore', log, log],
  });
  bench.onClose(() => end(child));
  for (;;) {
    const code = /"setupCode":"(\w+)"/.exec(readFileSync(logFile, 'utf8'))?.[1];
    if (code) return { url, port, pid: child.pid!, setupCode: code };
    if (child.exitCode !== null) throw new Error(`the api ended:\n${readFileSync(logFile, 'utf8')}`);
    await sleep(50);
  }
}

/** The last defects that the api has written down, for a bench that fails by them. */
export function apiErrors(bench: Bench): string {
  const lines = readFileSync(logFileOf(bench), 'utf8').split('\n');
  return lines
    .filter((line) => /^\{"level":(50|60)/.test(line))
    .slice(-3)
    .join('\n');
}

const logFileOf = (bench: Bench) => join(bench.tempDir, 'api.log');

/** Another built server of ours, in a process of its own. */
export function startServer(bench: Bench, name: 'stripe-sandbox', env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(root, `dist/apps/${name}/main.js`)], {
    cwd: root,
    env: environment(env),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  bench.onClose(() => end(child));
  return child;
}

/**
 * A part of the bench in a process of its own, with a channel to this one.
 * @param options.usesApi it loads sources of the api, with their decorators
 */
export function startPart(
  bench: Bench,
  file: string,
  env: Record<string, string> = {},
  options: { usesApi?: boolean } = {},
): ChildProcess {
  const loader = join(import.meta.dirname, 'typescript.mjs');
  const child = fork(file, {
    cwd: root,
    env: { ...environment({}), ...env },
    execArgv: options.usesApi ? ['--import', loader] : [],
    serialization: 'advanced',
  });
  bench.onClose(() => end(child));
  return child;
}

/** node:http with nothing but our statement of a hold: see plain-server.ts. */
export async function startPlainServer(
  bench: Bench,
  databaseUrl: string,
  brandId: string,
): Promise<{ port: number; pid: number }> {
  const file = join(import.meta.dirname, 'plain-server.ts');
  const child = startPart(bench, file, { DATABASE_URL: databaseUrl, brandId }, { usesApi: true });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { port, pid: child.pid! };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
  child.kill('SIGKILL');
}

/** What a person has set for a product of their own is no business of a bench. */
function environment(ours: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, LOG_LEVEL: 'info', ...ours };
}
