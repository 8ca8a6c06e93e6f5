import { expect, it } from '@jest/globals';
import { pixelCode } from './pixel-code.ts';

it('is a picture of one dot, whose address cannot end its attribute', () => {
  expect(pixelCode('https://live.example/l/ab12cd34ef.gif')).toBe(
    '<img src="https://live.example/l/ab12cd34ef.gif" width="1" height="1" alt="">',
  );
  expect(pixelCode('https://live.example/l/x.gif?a=1&b="><script>')).toBe(
    '<img src="https://live.example/l/x.gif?a=1&amp;b=&quot;&gt;&lt;script&gt;" width="1" height="1" alt="">',
  );
});
