import { describe, expect, it } from '@jest/globals';
import { formatBitrate, healthOf, lightOf, watchedLightOf } from './on-air.ts';

const broadcast = {
  id: '0192f000-0000-7000-8000-000000000001',
  state: 'live' as const,
  source: 'browser' as const,
  startedAt: '2026-11-21T11:00:00.000Z',
  readyAt: '2026-11-21T11:00:02.000Z',
  endedAt: null,
  endReason: null,
};

describe('the on-air light', () => {
  it('is on only while media flows', () => {
    expect(lightOf({ state: 'live', broadcast }, 'sending', false)).toBe('live');
    expect(lightOf({ state: 'live', broadcast: { ...broadcast, state: 'starting' } }, 'sending', false)).toBe(
      'reconnecting',
    );
    expect(lightOf({ state: 'live', broadcast: null }, 'sending', false)).toBe('reconnecting');
    expect(lightOf({ state: 'live', broadcast }, 'reconnecting', false)).toBe('reconnecting');
  });

  it('waits for the media after the button', () => {
    expect(lightOf({ state: 'scheduled', broadcast: null }, null, false)).toBe('before');
    expect(lightOf({ state: 'scheduled', broadcast: null }, 'connecting', false)).toBe('starting');
    expect(lightOf({ state: 'starting', broadcast }, 'sending', false)).toBe('starting');
  });

  it('tells a show that another device sends from one that nobody sends', () => {
    expect(lightOf({ state: 'live', broadcast }, null, false)).toBe('elsewhere');
    expect(lightOf({ state: 'live', broadcast }, 'sending', true)).toBe('elsewhere');
    expect(lightOf({ state: 'live', broadcast: null }, null, false)).toBe('away');
    expect(lightOf({ state: 'ended', broadcast: null }, 'sending', false)).toBe('ended');
  });

  it('is on for who watches it, whoever sends', () => {
    expect(watchedLightOf({ state: 'live', broadcast })).toBe('live');
    expect(watchedLightOf({ state: 'live', broadcast: null })).toBe('away');
    expect(watchedLightOf({ state: 'scheduled', broadcast: null })).toBe('before');
  });

  it('is the same light whether a camera or an encoder sends', () => {
    const encoder = { ...broadcast, source: 'encoder' as const };
    expect(lightOf({ state: 'live', broadcast: encoder }, null, false)).toBe('live');
    expect(lightOf({ state: 'live', broadcast: encoder }, null, true)).toBe('live');
    expect(lightOf({ state: 'live', broadcast: { ...encoder, state: 'starting' } }, null, false)).toBe('reconnecting');
    expect(lightOf({ state: 'starting', broadcast: { ...encoder, state: 'starting' } }, null, false)).toBe('starting');
  });
});

describe('the health of the line', () => {
  const stats = { rttMs: 38, sendBps: 2_400_000, lossPercent: 0, narrowed: false, busy: false, encodeMs: null };

  it('names the worst that is so', () => {
    expect(healthOf('sending', false, stats, 60)).toBe('good');
    expect(healthOf('sending', false, { ...stats, rttMs: 400 }, 60)).toBe('far');
    expect(healthOf('sending', false, { ...stats, rttMs: 400, sendBps: 600_000, narrowed: true }, 60)).toBe('slow');
    expect(healthOf('sending', false, { ...stats, sendBps: 600_000, narrowed: true, lossPercent: 12 }, 60)).toBe(
      'lossy',
    );
    expect(healthOf('reconnecting', false, stats, 60)).toBe('cut');
    expect(healthOf('sending', true, stats, 60)).toBe('cameraLost');
  });

  it('takes a quiet picture for what it is', () => {
    expect(healthOf('sending', false, { ...stats, sendBps: 500_000 }, 60)).toBe('good');
  });

  it('does not judge the encoder while it climbs', () => {
    expect(healthOf('sending', false, { ...stats, sendBps: 200_000, narrowed: true }, 3)).toBe('measuring');
    expect(
      healthOf(
        'sending',
        false,
        { rttMs: null, sendBps: null, lossPercent: null, narrowed: false, busy: false, encodeMs: null },
        60,
      ),
    ).toBe('measuring');
    expect(healthOf(null, false, stats, 0)).toBeNull();
  });

  it('writes a bit rate as people say it', () => {
    expect(formatBitrate(2_436_000)).toBe('2.4Mbps');
    expect(formatBitrate(640_400)).toBe('640kbps');
  });
});
