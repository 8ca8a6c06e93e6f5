import type { PublicShow } from '#contracts/shows';
import { healthLimits } from '#contracts/media';

/** What this browser's own publisher says; null while it sends nothing. */
export type Sending = 'connecting' | 'sending' | 'reconnecting' | null;

/**
 * The on-air light. `before`, `starting`: nobody sees anything yet. `live` only while media flows, whatever the button said.
 * `elsewhere`: live, but sent by another window or device. `away`: the show is live and nobody sends.
 */
export type Light = 'before' | 'starting' | 'live' | 'elsewhere' | 'reconnecting' | 'away' | 'ended';

/** OBS or the like sends the show, or is about to: the camera of this page has nothing to do. */
export function encoderOf({ broadcast }: Pick<PublicShow, 'broadcast'>): boolean {
  return broadcast?.source === 'encoder';
}

export function lightOf(show: Pick<PublicShow, 'state' | 'broadcast'>, sending: Sending, elsewhere: boolean): Light {
  switch (show.state) {
    case 'ended':
      return 'ended';
    case 'scheduled':
      return sending === null ? 'before' : 'starting';
    case 'starting':
      return sending === null && show.broadcast === null ? 'before' : 'starting';
    case 'live':
      if (encoderOf(show)) return show.broadcast?.state === 'live' ? 'live' : 'reconnecting';
      if (elsewhere) return 'elsewhere';
      if (sending === null) return show.broadcast?.state === 'live' ? 'elsewhere' : 'away';
      return sending === 'sending' && show.broadcast?.state === 'live' ? 'live' : 'reconnecting';
  }
}

/** The light for who only watches: whoever sends, it is none of their own devices. */
export function watchedLightOf(show: Pick<PublicShow, 'state' | 'broadcast'>): Light {
  const light = lightOf(show, null, false);
  return light === 'elsewhere' ? 'live' : light;
}

/** Figures of the sending line; null until the browser has measured them. */
export interface LineStats {
  rttMs: number | null;
  sendBps: number | null;
  lossPercent: number | null;
  /** The line holds the picture back. A low rate alone may only mean that little moves in it. */
  narrowed: boolean;
  /** The host's machine holds it back. */
  busy: boolean;
  /** What encoding one picture takes; null until measured. */
  encodeMs: number | null;
}

export const noStats: LineStats = {
  rttMs: null,
  sendBps: null,
  lossPercent: null,
  narrowed: false,
  busy: false,
  encodeMs: null,
};

export type Health = 'measuring' | 'good' | 'slow' | 'far' | 'lossy' | 'cut' | 'cameraLost';

const UNSTEADY_LOSS_PERCENT = 5;
/** The encoder starts low and climbs; until then a low rate says nothing about the line. */
const RAMP_SECONDS = 8;

/** One word for the line, worst first: what the host can do something about stands before what is only slow. */
export function healthOf(
  sending: Sending,
  cameraLost: boolean,
  stats: LineStats,
  secondsSending: number,
): Health | null {
  if (cameraLost) return 'cameraLost';
  if (sending === null) return null;
  if (sending === 'reconnecting') return 'cut';
  if (sending === 'connecting' || stats.sendBps === null || secondsSending < RAMP_SECONDS) return 'measuring';
  if (stats.lossPercent !== null && stats.lossPercent > UNSTEADY_LOSS_PERCENT) return 'lossy';
  if (stats.narrowed && stats.sendBps < healthLimits.goodBitrate) return 'slow';
  if (stats.rttMs !== null && stats.rttMs > healthLimits.goodRttMs) return 'far';
  return 'good';
}

/** "2.4Mbps", "640kbps". */
export function formatBitrate(bps: number): string {
  return bps >= 1_000_000 ? `${(bps / 1_000_000).toFixed(1)}Mbps` : `${Math.round(bps / 1000)}kbps`;
}
