import type { BroadcastHealth } from '#contracts/room';
import type { LineStats } from './on-air.ts';

/** How old the picture is on viewers' screens, from the host's lens; null while unknown. `least`: nobody watches yet, it is no less. */
export interface Delay {
  ms: number;
  least: boolean;
}

/** Half the host's round trip and their encoder come before what viewers can measure. */
function beforeServer({ rttMs, encodeMs }: Pick<LineStats, 'rttMs' | 'encodeMs'>): number {
  return (rttMs ?? 0) / 2 + (encodeMs ?? 0);
}

export function instantDelay(health: BroadcastHealth, stats: LineStats): Delay | null {
  const seen = health.seenDelayMs.webrtc;
  return seen === null ? null : { ms: seen + beforeServer(stats), least: false };
}

export function smoothDelay(health: BroadcastHealth, stats: LineStats): Delay | null {
  const { seenDelayMs, hlsDelayMs } = health;
  if (seenDelayMs.hls !== null) return { ms: seenDelayMs.hls + beforeServer(stats), least: false };
  return hlsDelayMs === null ? null : { ms: hlsDelayMs + beforeServer(stats), least: true };
}

/** What holds the encoder back, the host's machine before their line. */
export function limitOf({ busy, narrowed }: Pick<LineStats, 'busy' | 'narrowed'>): 'cpu' | 'bandwidth' | 'none' {
  return busy ? 'cpu' : narrowed ? 'bandwidth' : 'none';
}
