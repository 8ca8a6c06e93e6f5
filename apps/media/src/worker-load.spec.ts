import { beforeEach, describe, expect, it } from '@jest/globals';
import { WorkerLoad } from './worker-load.ts';

describe('WorkerLoad', () => {
  let load: WorkerLoad;
  let cpuMs: number;
  let at: number;

  const second = (share: number) => {
    cpuMs += share * 1_000;
    at += 1_000;
    load.measured(cpuMs, at);
  };
  beforeEach(() => {
    load = new WorkerLoad(0.8);
    cpuMs = 40_000;
    at = 5_000;
    load.measured(cpuMs, at);
  });

  it('is nothing before there are two measurements to compare', () => expect(load.share).toBe(0));

  it('is what was used of one core between the last two', () => {
    second(0.9);
    second(0.25);
    expect(load.share).toBeCloseTo(0.25);
  });

  it('is full from its limit on, until it is well below', () => {
    const seen = [0.79, 0.8, 0.7, 0.65, 0.63, 0.7, 0.81].map((share) => {
      second(share);
      return load.full;
    });
    expect(seen).toEqual([false, true, true, true, false, false, true]);
  });

  it('counts a crowd before it can be measured, and not again after', () => {
    second(0.2);
    for (let viewer = 0; viewer < 250; viewer += 1) load.expectViewer();
    expect(load.full).toBe(true);
    second(0.4); // they have just begun
    expect(load.full).toBe(true);
    second(0.6);
    expect(load.share).toBeCloseTo(0.6);
    expect(load.full).toBe(false);
  });
});
