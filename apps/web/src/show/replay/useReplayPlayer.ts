import { useCallback, useEffect, useState } from 'react';

export interface ReplayPlayer {
  attach: (video: HTMLVideoElement | null) => void;
  position: number;
  playing: boolean;
  muted: boolean;
  /** A picture is there. */
  hasPicture: boolean;
  failed: boolean;
  seek: (position: number) => void;
  toggle: () => void;
  setMuted: (muted: boolean) => void;
  again: () => void;
}

/** A replay in a video element. `from`: where it begins, in seconds. */
export function useReplayPlayer(playlistUrl: string, from: number): ReplayPlayer {
  const [video, setVideo] = useState<HTMLVideoElement | null>(null);
  const [position, setPosition] = useState(from);
  const [playing, setPlaying] = useState(false);
  const [muted, setMuted] = useState(false);
  const [hasPicture, setHasPicture] = useState(false);
  const [failed, setFailed] = useState(false);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    if (!video) return;
    let gone = false;
    let stop: (() => void) | undefined;
    setFailed(false);
    import('../../media/replay.ts')
      .then(({ playReplay }) => playReplay(video, playlistUrl, { from, onFailed: () => setFailed(true) }))
      .then(
        (media) => {
          if (gone) return media.stop();
          stop = () => media.stop();
          // Without the press that opened the page (a link, a reload), browsers ask for one.
          video.play().catch(() => undefined);
        },
        () => setFailed(true),
      );
    return () => {
      gone = true;
      stop?.();
    };
  }, [video, playlistUrl, from, attempt]);

  useEffect(() => {
    if (!video) return;
    const read = () => {
      setPosition(video.currentTime);
      setPlaying(!video.paused && !video.ended);
      setMuted(video.muted);
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) setHasPicture(true);
    };
    const events = [
      'timeupdate',
      'seeking',
      'seeked',
      'play',
      'playing',
      'pause',
      'ended',
      'volumechange',
      'loadeddata',
    ];
    for (const event of events) video.addEventListener(event, read);
    return () => {
      for (const event of events) video.removeEventListener(event, read);
    };
  }, [video]);

  return {
    attach: setVideo,
    position,
    playing,
    muted,
    hasPicture,
    failed,
    seek: useCallback(
      (to: number) => {
        if (!video) return;
        // At its end a video is paused by itself, which nobody asked for: who goes back wants to watch.
        if (video.ended) video.play().catch(() => undefined);
        video.currentTime = to;
        setPosition(to);
      },
      [video],
    ),
    toggle: useCallback(() => {
      if (video?.paused) video.play().catch(() => undefined);
      else video?.pause();
    }, [video]),
    setMuted: useCallback(
      (wanted: boolean) => {
        if (video) video.muted = wanted;
      },
      [video],
    ),
    again: useCallback(() => setAttempt((before) => before + 1), []),
  };
}
