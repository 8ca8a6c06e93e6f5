import { collectorLimits, type WriteKeyKind } from '#contracts/collector';
import { Refused } from './refused.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A browser whose clock is off by more than this has no usable time at all. */
const MOST_SKEW_MS = 7 * DAY_MS;
const isoTime = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}|$)/;

export interface EventTime {
  /** How long before its receipt it happened, the sender's clock being corrected by what it showed on sending. */
  agoMs: number;
  /** As the sender's clock said. Absent where no time came with the event. */
  saidAt?: Date;
}

export interface Receipt {
  kind: WriteKeyKind;
  receivedAt: number;
  sentAt: number | undefined;
  retentionDays: number;
}

/** @throws Refused `not_a_time` unless it is absent or a time of ISO 8601 */
export function readTime(field: string, value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  const time = typeof value === 'string' && isoTime.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(time)) throw new Refused(field, 'not_a_time');
  return time;
}

/**
 * Where an event belongs in time. What is kept of a wrong clock is only the difference between two of its readings.
 * @throws Refused `too_old` or `in_the_future`, after correction or, where the clock is beyond use, before
 */
export function placeInTime(timestamp: number | undefined, receipt: Receipt): EventTime {
  if (timestamp === undefined) return { agoMs: 0 };
  const { kind, receivedAt, sentAt, retentionDays } = receipt;
  const agoMs = (sentAt ?? receivedAt) - timestamp;
  const oldest = kind === 'browser' ? collectorLimits.browserHours * HOUR_MS : retentionDays * DAY_MS;
  const ahead = collectorLimits.aheadMinutes * 60_000;
  // Partitions are made for what the clock said: it must not name any day it likes.
  const skew = kind === 'browser' ? MOST_SKEW_MS : 0;
  if (agoMs > oldest || timestamp < receivedAt - oldest - skew) throw new Refused('timestamp', 'too_old');
  if (agoMs < -ahead || timestamp > receivedAt + ahead + skew) throw new Refused('timestamp', 'in_the_future');
  return { agoMs: Math.max(0, agoMs), saidAt: new Date(timestamp) };
}
