export interface ReplayMedia {
  stop(): void;
}

/**
 * Plays a VOD playlist in a video element: by hls.js where scripts may feed the picture, else by the browser itself. hls.js is one chunk for
 * live pictures and replays.
 */
export async function playReplay(
  video: HTMLVideoElement,
  playlistUrl: string,
  { from, onFailed }: { from: number; onFailed: () => void },
): Promise<ReplayMedia> {
  const { default: Hls } = await import('hls.js/light');
  if (!Hls.isSupported()) {
    video.src = `${playlistUrl}#t=${from}`;
    video.addEventListener('error', onFailed);
    return {
      stop() {
        video.removeEventListener('error', onFailed);
        video.removeAttribute('src');
        video.load();
      },
    };
  }
  const hls = new Hls({ backBufferLength: 30, maxBufferLength: 30, startPosition: from });
  let mended = false;
  hls.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    // A decoder that stumbled is given one new start; a file that is not to be had is said.
    if (type === Hls.ErrorTypes.MEDIA_ERROR && !mended) {
      mended = true;
      hls.recoverMediaError();
    } else onFailed();
  });
  hls.loadSource(playlistUrl);
  hls.attachMedia(video);
  return { stop: () => hls.destroy() };
}
