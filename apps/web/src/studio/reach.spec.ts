import { describe, expect, it } from '@jest/globals';
import { IncidentKind } from '#contracts/media';
import type { BroadcastHealth } from '#contracts/room';
import { locale } from '../i18n.ts';
import { instantDelay, limitOf, smoothDelay } from './reach.ts';
import { useReachText } from './reach-text.ts';

const stats = { rttMs: 40, sendBps: 2_400_000, lossPercent: 0, narrowed: false, busy: false, encodeMs: 5 };
const health = (more: Partial<BroadcastHealth> = {}): BroadcastHealth => ({
  broadcastId: '0192f000-0000-7000-8000-000000000001',
  webrtcViewers: 12,
  hlsViewers: 3,
  hlsDelayMs: 500,
  packager: true,
  seenDelayMs: { webrtc: 90, hls: 1_250 },
  incident: null,
  ...more,
});

describe('the delay of a path', () => {
  it("is what viewers see, and the host's way to the server before it", () => {
    expect(instantDelay(health(), stats)).toEqual({ ms: 115, least: false });
    expect(smoothDelay(health(), stats)).toEqual({ ms: 1_275, least: false });
  });

  it('is unknown while nobody tells, and for the playlist at least that of its newest part', () => {
    const quiet = health({ seenDelayMs: { webrtc: null, hls: null } });
    expect(instantDelay(quiet, stats)).toBeNull();
    expect(smoothDelay(quiet, stats)).toEqual({ ms: 525, least: true });
    expect(smoothDelay(health({ hlsDelayMs: null, seenDelayMs: { webrtc: null, hls: null } }), stats)).toBeNull();
  });
});

describe('the limit of the encoder', () => {
  it('names the machine before the line', () => {
    expect([limitOf(stats), limitOf({ ...stats, narrowed: true }), limitOf({ narrowed: true, busy: true })]).toEqual([
      'none',
      'bandwidth',
      'cpu',
    ]);
  });
});

describe('an incident', () => {
  it.each(['ja', 'en'] as const)('is told in words, each with what to do or that nothing is needed, in %s', (code) => {
    locale.set(code);
    const t = useReachText.get();
    for (const kind of IncidentKind.options) {
      const words = t[kind]({ intervalMs: 4_000, codec: 'VP8' });
      expect(words.length).toBeGreaterThan(10);
      expect(words).not.toMatch(/undefined|NaN/);
    }
  });
});
