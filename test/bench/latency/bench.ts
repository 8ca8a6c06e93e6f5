import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openBrowser } from '../../support/browser.ts';
import { judgeAlone, type Bench, type Verdict } from '../support/bench.ts';
import '../support/typescript.mjs';

const SETTLED_MS = 3_000;

const PATHS = [
  { name: 'WebRTC', metric: 'webrtc_p95_ms', target: 150, watch: 'watch', leastSeconds: 0 },
  // Time enough for the player to have settled, and for several reloads, segments and joins to be in it.
  { name: 'LL-HLS', metric: 'll_hls_p95_ms', target: 1_800, watch: 'watchPlaylist', leastSeconds: 30 },
] as const;

/**
 * From the host's canvas to the viewer's screen, in one Chromium: the picture is a clock, and a frame's age is taken when it is
 * first seen. Reading 40 times a second adds up to 25 ms to it, which is left in.
 */
export async function run(bench: Bench): Promise<Verdict[]> {
  const { rounds, seconds } = bench.options;
  await bench.build(['media']);
  Object.assign(process.env, {
    MEDIASOUP_WORKER_BIN: await bench.mediasoupWorker(),
    TEST_CHROMIUM: await bench.chromium(),
    TEST_TEMP_DIR: bench.tempDir,
  });
  const { MediaSite } = await import('../../support/media-site.ts');
  const site = await MediaSite.open();
  bench.onClose(() => site.close());
  const browser = await openBrowser();
  bench.onClose(() => browser.close());

  const host = await site.openPage(browser);
  await host.evaluate(() => void window.stage.publish());
  const p95s = new Map<string, number[]>(PATHS.map(({ metric }) => [metric, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const { name, metric, watch, leastSeconds } of PATHS) {
      const viewer = await site.openPage(browser);
      await viewer.evaluate((method) => void window.stage[method](), watch);
      const ages = await agesOf(viewer, Math.max(seconds, leastSeconds));
      await viewer.context().close();
      const at = (share: number) => ages[Math.floor(share * (ages.length - 1))]!;
      p95s.get(metric)!.push(at(0.95));
      console.log(
        `round ${round}, ${name}: ${at(0.5)} ms, at the 95th percentile ${at(0.95)} ms, ${ages.length} frames`,
      );
    }
  }
  return PATHS.map(({ metric, target }) => judgeAlone('latency', metric, target, p95s.get(metric)!));
}

/** Ages of all frames of that time, each as it was first seen, in ascending order. */
async function agesOf(viewer: Page, seconds: number): Promise<number[]> {
  await viewer.waitForFunction(() => (window.stage.seen.at(-1)?.clock ?? null) !== null, undefined, {
    timeout: 60_000,
  });
  await sleep(SETTLED_MS);
  await viewer.evaluate(() => void window.stage.seen.splice(0));
  await sleep(seconds * 1_000);
  const seen = await viewer.evaluate(() => window.stage.seen);
  const firstSeen = new Map<number, number>();
  // The first may have been there for long.
  for (const { at, clock } of seen)
    if (clock !== null && clock !== seen[0]!.clock) firstSeen.set(clock, firstSeen.get(clock) ?? at);
  return [...firstSeen].map(([clock, at]) => at - clock).sort((a, b) => a - b);
}
