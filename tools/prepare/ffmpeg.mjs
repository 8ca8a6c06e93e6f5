import { existsSync } from 'node:fs';
import { ensurePackages, installCommand, which } from './debian.mjs';
import { SetupError, step } from './progress.mjs';

/**
 * Provides ffmpeg: `FFMPEG_PATH`, the one on PATH, else the distribution's package. Without it Engawa still runs, with
 * WebRTC only.
 *
 * @returns {Promise<string | null>} its path; null after a warning when it cannot be had
 */
export async function ensureFfmpeg() {
  const given = process.env.FFMPEG_PATH;
  if (given) {
    if (existsSync(given)) return given;
    throw new SetupError(`FFMPEG_PATH is ${given}, where there is no file.`);
  }
  const found = which('ffmpeg');
  if (found) return found;
  try {
    await step('ffmpeg', (report) => ensurePackages(['ffmpeg'], { purpose: 'ffmpeg', report }));
    return which('ffmpeg');
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(
      `  ! ffmpeg is missing: shows are sent by WebRTC only, and the demo show stays off air.\n` +
        `    Install it with: ${installCommand(['ffmpeg'])}\n`,
    );
    return null;
  }
}
