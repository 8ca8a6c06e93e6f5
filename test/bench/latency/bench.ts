import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { openBrowser } from '../../support/browser.ts';
import { judgeAlone, type Bench, type Verdict } from '../support/bench.ts';
import '../support/typescript.mjs';

const SETTLED_MS = 3_000;

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
  const p95s: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const viewer = await site.openPage(browser);
    await viewer.evaluate(() => void window.stage.watch());
    const ages = await agesOf(viewer, seconds);
    await viewer.context().close();
    const at = (share: number) => ages[Math.floor(share * (ages.length - 1))]!;
    p95s.push(at(0.95));
    console.log(`round ${round}, WebRTC: ${at(0.5)} ms, at the 95th percentile ${at(0.95)} ms, ${ages.length} frames`);
  }
  return [judgeAlone('latency', 'webrtc_p95_ms', 150, p95s)];
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
