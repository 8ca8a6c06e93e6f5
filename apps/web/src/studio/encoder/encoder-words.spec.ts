import { describe, expect, it } from '@jest/globals';
import { figuresOf } from './encoder-words.ts';

const video = { codec: 'H264', width: 1280, height: 720, fps: 29.97, kbps: 2_480, layers: 1 };

describe('what an encoder sends', () => {
  it('is said as far as it is known', () => {
    expect(figuresOf({ protocol: 'whip', video, audio: null })).toBe('H264 1280x720 30fps 2.5Mbps');
    const early = { ...video, width: null, height: null, fps: null, kbps: 640 };
    expect(figuresOf({ protocol: 'whip', video: early, audio: null })).toBe('H264 640kbps');
    expect(figuresOf({ protocol: 'whip', video: { ...video, layers: 3 }, audio: null })).toMatch(/ x3$/);
    expect(figuresOf({ protocol: 'rtmp', video: null, audio: null })).toBeNull();
  });
});
