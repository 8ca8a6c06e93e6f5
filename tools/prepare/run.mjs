import { spawn } from 'node:child_process';

/**
 * Runs a command to its end. Rejects with its last output when it does not exit with 0.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions & { onLine?: (line: string) => void }} [options]
 * @returns {Promise<string>} everything the command wrote to stdout
 */
export function run(command, args, { onLine, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let stdout = '';
    let tail = '';
    let rest = '';
    const take = (chunk) => {
      tail = (tail + chunk).slice(-4000);
      if (!onLine) return;
      const lines = (rest + chunk).split(/[\r\n]+/);
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim()) onLine(line.trim());
    };
    child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
      take(chunk);
    });
    child.stderr?.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else {
        const error = new Error(`${command} ${args.join(' ')} ended with ${signal ?? code}\n${tail.trim()}`);
        reject(Object.assign(error, { code, output: tail }));
      }
    });
  });
}
