import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { dim, print } from '../prepare/progress.mjs';

const limit = 10 * 1024 * 1024;

/** Begins a new log file when the old one is large; one old one is kept. */
export function rotate(file) {
  mkdirSync(dirname(file), { recursive: true });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > limit) renameSync(file, `${file}.1`);
}

/**
 * Writes what a child prints to its log file, and warnings and errors in one line each to the terminal.
 *
 * @returns {{ attach: (child: import('node:child_process').ChildProcess) => void, tail: () => string }}
 */
export function openLog(name, file) {
  rotate(file);
  const stream = createWriteStream(file, { flags: 'a' });
  // A full disk must not end the supervisor: the show goes on without a log.
  let broken = false;
  stream.on('error', (error) => {
    if (!broken) print(`  ! cannot write ${file}: ${error.message}`);
    broken = true;
  });
  const last = [];
  const said = new Map();

  const take = (line) => {
    if (!broken) stream.write(`${line}\n`);
    last.push(line);
    if (last.length > 30) last.shift();
    const remark = remarkOf(line);
    if (!remark) return;
    const now = Date.now();
    // One fault tends to be logged a hundred times.
    if (now - (said.get(remark) ?? 0) < 10_000) return;
    if (said.size > 200) said.clear();
    said.set(remark, now);
    print(`  ! ${name}: ${remark}  ${dim(file)}`);
  };

  return {
    attach(child) {
      for (const output of [child.stdout, child.stderr]) {
        let rest = '';
        output?.setEncoding('utf8').on('data', (chunk) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line !== '') take(line);
        });
        output?.on('end', () => rest && take(rest));
      }
    },
    tail: () => last.join('\n'),
  };
}

/**
 * What a person should see of a line that a server printed, or null. pino's levels: 40 is warn, 50 error, 60 fatal. What
 * is no JSON comes from Node itself: of that only the line that names the fault.
 */
export function remarkOf(line) {
  if (!line.startsWith('{')) return /^(\w*Error\b|FATAL|npm ERR)/.test(line) ? line.slice(0, 200) : null;
  try {
    const { level, msg, err } = JSON.parse(line);
    if (level < 40) return null;
    const cause = err?.message && err.message !== msg ? ` (${err.message})` : '';
    return `${msg ?? ''}${cause}`.replaceAll('\n', ' ').slice(0, 200);
  } catch {
    return null;
  }
}
