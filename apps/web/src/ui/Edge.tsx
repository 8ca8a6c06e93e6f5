import { useEffect, useRef } from 'react';
import { serverNow, useNow } from '../clock.ts';
import css from './Edge.module.css';
import { classes } from './classes.ts';

interface EdgeProps {
  /** Server times in milliseconds or ISO. The line is full at `from` and empty at `to`, or the other way with `fills`. */
  from: number | string;
  to: number | string;
  /** shu: now · ai: yours · sumi: waiting */
  tone: 'shu' | 'ai' | 'sumi';
  fills?: boolean;
  className?: string;
}

const ms = (time: number | string) => (typeof time === 'number' ? time : Date.parse(time));

/**
 * The time edge: a line that is always the clock of the thing it lies on. One linear transform runs from now to the end, so that
 * nothing is computed per frame; with reduced motion it steps once a second. The figure stands beside it, so it is hidden from assistive technology.
 */
export function Edge({ from, to, tone, fills = false, className }: EdgeProps) {
  const line = useRef<HTMLElement>(null);
  const start = ms(from);
  const end = ms(to);
  const still = prefersStill();
  useEffect(() => {
    if (still || !line.current) return;
    const now = serverNow();
    const passed = share(now, start, end);
    const scale = (part: number) => ({ transform: `scaleX(${fills ? part : 1 - part})` });
    const animation = line.current.animate([scale(passed), scale(1)], {
      duration: Math.max(0, end - Math.max(now, start)),
      delay: Math.max(0, start - now),
      fill: 'both',
    });
    return () => animation.cancel();
  }, [start, end, fills, still]);
  return (
    <span className={classes(css.edge, css[tone], className)} aria-hidden="true">
      {still ? <SteppedLine start={start} end={end} fills={fills} /> : <i ref={line} />}
    </span>
  );
}

function SteppedLine({ start, end, fills }: { start: number; end: number; fills: boolean }) {
  const passed = share(useNow(1000), start, end);
  return <i style={{ transform: `scaleX(${fills ? passed : 1 - passed})` }} />;
}

function share(now: number, start: number, end: number): number {
  return end <= start ? 1 : Math.min(1, Math.max(0, (now - start) / (end - start)));
}

export function prefersStill(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}
