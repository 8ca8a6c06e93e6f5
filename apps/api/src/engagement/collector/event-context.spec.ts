import { expect, it } from '@jest/globals';
import { contextOf, deviceOf } from './event-context.ts';

const agents: [string, object][] = [
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0',
    { browser: 'Edge', system: 'Windows', mobile: false },
  ],
  [
    'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36',
    { browser: 'Chrome', system: 'Android', mobile: true },
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36',
    { browser: 'Chrome', system: 'Linux', mobile: false },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Safari Line/14.19.0',
    { browser: 'LINE', system: 'iOS', mobile: true },
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15',
    { browser: 'Safari', system: 'macOS', mobile: false },
  ],
  ['curl/8.5.0', { mobile: false }],
];

it.each(agents)('keeps of %s the family alone', (agent, device) => {
  expect(deviceOf(agent)).toEqual(device);
});

it('keeps where somebody was and came from, and nothing that tells devices apart', () => {
  expect(
    contextOf({
      ip: '203.0.113.9',
      page: { url: 'https://shop.example/', search: '?a=1', title: '' },
      campaign: { source: 'line', gclid: 'x' },
      device: { advertisingId: 'x' },
      locale: 'ja-JP',
      screen: { width: 390 },
    }),
  ).toEqual({ page: { url: 'https://shop.example/' }, campaign: { source: 'line' }, locale: 'ja-JP' });
  expect(contextOf({ ip: '203.0.113.9', page: 'x' })).toBeUndefined();
  expect((contextOf({ locale: 'x'.repeat(5_000) })?.locale as string).length).toBe(1_000);
});
