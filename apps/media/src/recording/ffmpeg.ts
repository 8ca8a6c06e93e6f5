import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { config } from '#platform/config';

const LAST_WORDS = 2_000;

/** What comes after a show must not disturb those that are on. */
const NICENESS = 10;

/** @throws Error with the last words of ffmpeg */
export async function ffmpeg(args: string[], cwd: string): Promise<void> {
  const child = spawn(
    config.ffmpegPath ?? 'ffmpeg',
    ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args],
    {
      cwd,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-LAST_WORDS)));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`ffmpeg ended with ${code ?? signal}: ${said}`));
    });
  });
}
