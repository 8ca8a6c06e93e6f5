import { useEffect, useRef } from 'react';
import css from './LevelMeter.module.css';
import { watchLevel } from './level.ts';

const BARS = 20;
const HOT = 15; // from here on it is loud: yamabuki

/** Twenty bars that follow the microphone. Drawn past React: 25 changes a second are no business of it. */
export function LevelMeter({ track, label }: { track: MediaStreamTrack | null; label: string }) {
  const meter = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = meter.current;
    if (!element || !track) return;
    let before = -1;
    const show = (level: number) => {
      const on = Math.round(level * BARS);
      if (on === before) return;
      before = on;
      element.setAttribute('aria-valuenow', String(Math.round(level * 100)));
      for (const [index, bar] of [...element.children].entries()) bar.toggleAttribute('data-on', index < on);
    };
    const stop = watchLevel(track, show);
    return () => {
      stop();
      show(0);
    };
  }, [track]);
  return (
    <span
      ref={meter}
      className={css.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    >
      {Array.from({ length: BARS }, (_, index) => (
        <i key={index} className={index >= HOT ? css.hot : undefined} />
      ))}
    </span>
  );
}
