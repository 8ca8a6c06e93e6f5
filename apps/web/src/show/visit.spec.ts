import { describe, expect, it } from '@jest/globals';
import { visitOf, withoutSource } from './visit.ts';

const page = 'https://live.example/s/autumn';

describe('where a visit came from', () => {
  it('is read from the address', () => {
    const address = `${page}?utm_source=mail&utm_medium=mail&utm_campaign=${encodeURIComponent('秋の便り')}&via=ab12cd34ef&lang=en`;
    expect(visitOf(address, '')).toEqual({
      utmSource: 'mail',
      utmMedium: 'mail',
      utmCampaign: '秋の便り',
      via: 'ab12cd34ef',
    });
  });

  it('is the origin of another site, and never more of its address', () => {
    expect(visitOf(page, 'https://www.social.example/u/someone?q=secret')).toEqual({
      referrer: 'https://www.social.example',
    });
    expect(visitOf(page, 'https://live.example/s/spring')).toEqual({});
    expect(visitOf(page, 'android-app://com.example')).toEqual({});
    expect(visitOf(page, 'nonsense')).toEqual({});
  });

  it('is nothing for parameters that are none', () => {
    expect(visitOf(`${page}?via=NOT-A-CODE&utm_source=%20`, '')).toEqual({});
    expect(visitOf(`${page}?utm_source=${'x'.repeat(400)}`, '').utmSource).toHaveLength(120);
  });
});

it('leaves the rest of the address as it is', () => {
  expect(withoutSource(`${page}?via=ab12cd34ef&lang=en&utm_source=mail&utm_content=x#goods`)).toBe(
    `${page}?lang=en#goods`,
  );
  expect(withoutSource(page)).toBe(page);
});
