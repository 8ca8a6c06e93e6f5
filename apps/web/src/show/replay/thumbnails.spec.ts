import { describe, expect, it } from '@jest/globals';
import { parseThumbnails, thumbnailAt } from './thumbnails.ts';

const track = `WEBVTT

00:00:00.000 --> 00:00:02.000
thumbnails-001.jpg#xywh=0,0,160,90

01:00:02.000 --> 01:00:03.500
thumbnails-002.jpg#xywh=160,90,160,90
`;

describe('thumbnails of a track', () => {
  const parsed = parseThumbnails(track, 'https://media.example/replay/1/thumbnails.vtt');

  it('have a time, a sheet and a place on it', () => {
    expect(parsed[1]).toEqual({
      ...{ from: 3602, to: 3603.5, url: 'https://media.example/replay/1/thumbnails-002.jpg' },
      ...{ x: 160, y: 90, width: 160, height: 90 },
    });
  });

  it('are found by position, the last one for what is past it', () => {
    expect([0, 1, 3601, 3602, 9999].map((position) => thumbnailAt(parsed, position)?.url.slice(-7, -4))).toEqual([
      ...['001', '001', '001', '002', '002'],
    ]);
    expect(thumbnailAt([], 5)).toBeNull();
  });

  it('are none in what is no such track', () => {
    expect(parseThumbnails('<html>', 'https://media.example/x.vtt')).toEqual([]);
  });
});
