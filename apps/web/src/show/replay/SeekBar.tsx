import { useEffect, useState } from 'react';
import { sandboxFetch as foreignFetch } from '../../api.ts';
import { formatDuration } from '../../i18n.ts';
import type { Chapter } from './chapters.ts';
import { useReplayText } from './replay-text.ts';
import css from './SeekBar.module.css';
import { parseThumbnails, thumbnailAt, type Thumbnail } from './thumbnails.ts';

interface SeekBarProps {
  position: number;
  seconds: number;
  chapters: Chapter[];
  thumbnailsUrl: string | null;
  onSeek: (position: number) => void;
}

/** The edge of the replay: a line that is its clock, strokes where something was shown, and the picture of the place that is pointed at. */
export function SeekBar({ position, seconds, chapters, thumbnailsUrl, onSeek }: SeekBarProps) {
  const t = useReplayText();
  const thumbnails = useThumbnails(thumbnailsUrl);
  const [pointedAt, setPointedAt] = useState<number | null>(null);
  const share = (at: number) => (seconds > 0 ? Math.min(1, Math.max(0, at / seconds)) : 0);
  const point = (event: React.PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setPointedAt(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * seconds);
  };
  const seen = pointedAt === null ? null : thumbnailAt(thumbnails, pointedAt);
  return (
    <div
      className={css.bar}
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => setPointedAt(null)}
      onPointerUp={(event) => event.pointerType !== 'mouse' && setPointedAt(null)}
    >
      <span className={css.line} aria-hidden="true">
        <i style={{ transform: `scaleX(${share(position)})` }} />
        {chapters.map(({ pinId, from }) => (
          <b key={pinId} style={{ left: `${share(from) * 100}%` }} />
        ))}
      </span>
      {pointedAt !== null ? (
        <span className={css.peek} style={{ '--at': share(pointedAt) } as React.CSSProperties} aria-hidden="true">
          {seen ? <Picture seen={seen} /> : null}
          <span>{formatDuration(pointedAt)}</span>
        </span>
      ) : null}
      <input
        type="range"
        aria-label={t.seek}
        aria-valuetext={t.at({ at: formatDuration(position), of: formatDuration(seconds) })}
        min={0}
        max={Math.max(1, Math.floor(seconds))}
        step={1}
        value={Math.floor(position)}
        onChange={(event) => onSeek(Number(event.target.value))}
      />
    </div>
  );
}

function Picture({ seen }: { seen: Thumbnail }) {
  return (
    <i
      style={{
        width: seen.width,
        height: seen.height,
        background: `url("${seen.url}") -${seen.x}px -${seen.y}px no-repeat`,
      }}
    />
  );
}

function useThumbnails(url: string | null): Thumbnail[] {
  const [thumbnails, setThumbnails] = useState<Thumbnail[]>([]);
  useEffect(() => {
    if (url === null) return;
    const abort = new AbortController();
    fetchTrack(url, abort.signal).then(
      (track) => setThumbnails(parseThumbnails(track, url)),
      () => undefined, // the bar does without
    );
    return () => abort.abort();
  }, [url]);
  return thumbnails;
}

async function fetchTrack(url: string, signal: AbortSignal): Promise<string> {
  const answer = await foreignFetch(url, { signal });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
}
