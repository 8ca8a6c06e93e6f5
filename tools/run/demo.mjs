import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, root } from '../prepare/paths.mjs';
import { step } from '../prepare/progress.mjs';
import { sleep } from '../prepare/processes.mjs';
import { apiCommand } from './apps.mjs';

/**
 * Draws the pictures of the demo brand, seeds it, and makes the clip for its show.
 *
 * @returns {Promise<string | null>} the clip; null without ffmpeg, when the show cannot go on air
 */
export async function prepareDemo(env) {
  const demoCache = join(cacheDir, 'demo');
  await step('demo pictures', async () => {
    // Loaded here: it stands on packages that a fresh checkout does not have yet when this file is read.
    const { renderArt } = await import('../demo/art/render.mjs');
    writeFileSync(env.DEMO_ART, JSON.stringify(await renderArt(demoCache), null, 2));
  });
  await apiCommand('demo shop', env, 'seed-demo');
  if (!env.FFMPEG_PATH) return null;
  const { ensureDemoClip } = await import('../demo/clip.mjs');
  let clip = null;
  await step('demo clip', async (report) => {
    clip = await ensureDemoClip({ cacheDir: demoCache, ffmpegPath: env.FFMPEG_PATH, onProgress: report });
  });
  return clip;
}

/**
 * Starts the host of the demo show and waits a little until it is on air.
 *
 * @returns {Promise<boolean>} false when it is not: somebody may have ended that show
 */
export async function goOnAir({ supervisor, env, clip }) {
  supervisor.start({
    name: 'demo-host',
    args: [join(root, 'tools/demo/bot.mjs')],
    env: { ...env, DEMO_CLIP: clip },
  });
  let onAir = false;
  await step('demo show', async (report) => {
    report('going on air');
    for (let waited = 0; waited < 8000 && !onAir; waited += 200) {
      // A show may still count as live from before; only then has its host now come back to it.
      const sends = supervisor.state('demo-host').tail.includes('on air as');
      onAir = sends && (await stateOfShow(env)) === 'live';
      if (!onAir) await sleep(200);
    }
    return { note: onAir ? 'on air' : 'off air, see demo-host.log' };
  });
  return onAir;
}

async function stateOfShow(env) {
  try {
    const answer = await fetch(`http://localhost:${env.PORT}/api/public/shows/autumn-kiln`);
    return (await answer.json()).state;
  } catch {
    return 'unknown';
  }
}
