import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { metrics, metricsDocument } from './metrics.ts';

describe('metrics', () => {
  it('are what docs/METRICS.md says: node tools/metrics-page.mjs writes it', () => {
    expect(readFileSync(join(process.cwd(), 'docs/METRICS.md'), 'utf8')).toBe(metricsDocument());
  });

  it('name files that are there', () => {
    const missing = Object.values(metrics).filter(({ source }) => !existsSync(join(process.cwd(), source)));
    expect(missing).toEqual([]);
  });
});
