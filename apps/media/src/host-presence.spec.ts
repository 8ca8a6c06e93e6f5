import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EndReason } from '#contracts/shows';
import { HostPresence } from './host-presence.ts';

describe('HostPresence', () => {
  let lost: EndReason[];
  let presence: HostPresence;

  beforeEach(() => {
    jest.useFakeTimers();
    lost = [];
    presence = new HostPresence({ goneMs: 6_000, silentMs: 20_000 }, (reason) => lost.push(reason));
  });
  afterEach(() => {
    presence.close();
    jest.useRealTimers();
  });

  const live = () => {
    presence.set(true, true);
    presence.ready();
  };

  it('ends a broadcast that never had media 20 s after it began, however often its path came and went', () => {
    presence.set(true, false);
    jest.advanceTimersByTime(15_000);
    presence.set(true, true);
    presence.set(true, false);
    jest.advanceTimersByTime(4_999);
    expect(lost).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lost).toEqual(['no_media']);
  });

  it('ends it 6 s after a host who never sent media went away', () => {
    presence.set(true, false);
    jest.advanceTimersByTime(1_000);
    presence.set(false, false);
    jest.advanceTimersByTime(6_000);
    expect(lost).toEqual(['no_media']);
  });

  it('waits 6 s for a host whose socket and path are gone', () => {
    live();
    presence.set(false, false);
    jest.advanceTimersByTime(5_999);
    expect(lost).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lost).toEqual(['host_lost']);
  });

  it('forgets the wait when the host returns', () => {
    live();
    presence.set(false, false);
    jest.advanceTimersByTime(5_000);
    presence.set(true, true);
    jest.advanceTimersByTime(60_000);
    expect(lost).toEqual([]);
  });

  it('goes on while media flows without a socket', () => {
    live();
    presence.set(false, true);
    jest.advanceTimersByTime(3_600_000);
    expect(lost).toEqual([]);
  });

  it('waits 20 s for a path that broke under a host who is still there', () => {
    live();
    presence.set(true, false);
    jest.advanceTimersByTime(19_999);
    expect(lost).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(lost).toEqual(['host_lost']);
  });

  it('says nothing after its end', () => {
    presence.close();
    presence.set(false, false);
    jest.advanceTimersByTime(60_000);
    expect(lost).toEqual([]);
  });
});
