import type Hls from 'hls.js';
import Player from 'hls.js/light';
import { measureAnew } from './measure-anew.ts';

/** A playlist that plays in a video element, by hls.js or by the browser itself. Times are those of the element, in seconds. */
export interface PlaylistSource {
  /** When the picture on the screen passed the server, in milliseconds since 1970 by its clock. */
  takenAt(): number | null;
  /** The show has renditions that it had not when this was opened: who cannot keep up with the only one may open it anew. */
  outgrown(): boolean;
  /** What can be played: from the beginning of the window to where live pictures are played. */
  range(): { start: number; live: number } | null;
  close(): void;
}

/**
 * Opens a playlist of one rendition or a list of several. `onBroken` is called once when it cannot be played on and must be opened anew; what can be mended in place is.
 * @throws Error where the browser can play no playlist at all
 */
export function openPlaylist(url: string, video: HTMLVideoElement, onBroken: () => void): PlaylistSource {
  if (Player.isSupported()) return byPlayer(new Player(settings), Player, url, video, onBroken);
  if (video.canPlayType('application/vnd.apple.mpegurl')) return byBrowser(url, video, onBroken);
  throw new Error('this browser plays no HLS');
}

/** A server that restarts is back within seconds: whoever keeps asking keeps the picture. */
const patient = {
  default: {
    maxTimeToFirstByteMs: 8_000,
    maxLoadTimeMs: 20_000,
    timeoutRetry: { maxNumRetry: 4, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 20, retryDelayMs: 300, maxRetryDelayMs: 2_000 },
  },
};

const settings = {
  lowLatencyMode: true,
  // Media needs no transmuxing: a worker would only cost a thread.
  enableWorker: false,
  maxLiveSyncPlaybackRate: 1.5,
  // Each stall moves the picture that much further from live, for good: by a part and a half, not by five.
  liveSyncOnStallIncrease: 0.3,
  liveDurationInfinity: true,
  backBufferLength: 30,
  maxBufferLength: 12,
  // Begins with the largest picture that fits its place, as where there is only one; the first parts tell whether the line carries it.
  testBandwidth: false,
  abrEwmaDefaultEstimate: 8_000_000,
  capLevelToPlayerSize: true,
  playlistLoadPolicy: patient,
  fragLoadPolicy: patient,
} satisfies Partial<Hls['config']>;

const MENDED_IN_A_ROW = 3;

function byPlayer(
  hls: Hls,
  { Events, ErrorTypes }: typeof Hls,
  url: string,
  video: HTMLVideoElement,
  onBroken: () => void,
): PlaylistSource {
  let mended = 0;
  hls.on(Events.ERROR, (_event, { fatal, type, details }) => {
    if (!fatal) return;
    const known = hls.latestLevelDetails !== null;
    mended += 1;
    if (known && mended <= MENDED_IN_A_ROW && type === ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else if (known && mended <= MENDED_IN_A_ROW && type === ErrorTypes.NETWORK_ERROR && !details.startsWith('manifest'))
      hls.startLoad();
    else onBroken();
  });
  hls.on(Events.FRAG_BUFFERED, () => (mended = 0));
  // A part of a small picture arrives in less time than a busy page takes to look at it, which hls.js would count as the line's.
  hls.on(Events.FRAG_PARSED, (_event, { frag, part }) => {
    const { stats } = part ?? frag;
    stats.parsing.end = stats.loading.end;
  });
  measureAnew(hls, Player);
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    takenAt: () => hls.playingDate?.getTime() ?? null,
    outgrown: () => hls.levels.length === 1 && (hls.latestLevelDetails?.renditionReports?.length ?? 0) > 0,
    range() {
      const details = hls.latestLevelDetails;
      const live = hls.liveSyncPosition ?? null;
      return details && live !== null ? { start: details.fragmentStart, live } : null;
    },
    close: () => hls.destroy(),
  };
}

/** Where a browser's own player keeps to the end of what it may seek to. */
const OWN_HOLD_BACK = 2;

function byBrowser(url: string, video: HTMLVideoElement, onBroken: () => void): PlaylistSource {
  const dated = video as { getStartDate?: () => Date };
  video.addEventListener('error', onBroken, { once: true });
  video.src = url;
  return {
    takenAt() {
      const start = dated.getStartDate?.().getTime() ?? NaN;
      return Number.isNaN(start) ? null : start + video.currentTime * 1000;
    },
    outgrown: () => false,
    range() {
      const { seekable } = video;
      if (seekable.length === 0) return null;
      const start = seekable.start(0);
      return { start, live: Math.max(start, seekable.end(seekable.length - 1) - OWN_HOLD_BACK) };
    },
    close() {
      video.removeEventListener('error', onBroken);
      video.removeAttribute('src');
      video.load();
    },
  };
}
