import { useEffect, useRef, useState } from 'react';
import type { Pin, PublicShow } from '#contracts/shows';
import { useNow } from '../clock.ts';
import { formatTime } from '../i18n.ts';
import { offerOf } from '../room/room.ts';
import { Edge } from '../ui/Edge.tsx';
import { lineOfShow } from './so-far.ts';
import css from './SoFar.module.css';
import { useGoodsText } from './goods-text.ts';

/** The lower edge of the picture is the clock of the show, and what was shown stands where it was shown. */
export default function SoFar({ show }: { show: PublicShow }) {
  const g = useGoodsText();
  const ref = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(1000);
  const now = useNow(10_000);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  if (!show.liveSince) return null;

  const endsAt = show.endsAt ? Date.parse(show.endsAt) : null;
  const nameOf = (pin: Pin) => offerOf(show, pin.offerId)?.name ?? '';
  const line = lineOfShow({ liveSince: Date.parse(show.liveSince), endsAt, now }, show.pins, (pin) =>
    width === 0 ? 0 : wordsWidth(nameOf(pin)) / width,
  );
  return (
    <section ref={ref} className={css.line} aria-label={g.soFar}>
      <Edge className={css.edge} from={line.from} to={line.to} tone="shu" fills />
      <ol>
        {line.ticks.map((tick) => (
          <li
            key={tick.pinId}
            style={{ left: `${tick.at * 100}%` }}
            data-current={tick.current ? '' : undefined}
            data-words={tick.words}
          >
            <span className={tick.words === 'none' ? 'sr' : undefined}>
              <time dateTime={tick.pinnedAt}>{formatTime(tick.pinnedAt)}</time>
              {offerOf(show, tick.offerId)?.name}
            </span>
          </li>
        ))}
      </ol>
      {endsAt !== null && endsAt > now ? <p className={css.until}>{g.until({ time: formatTime(endsAt) })}</p> : null}
    </section>
  );
}

/** A good guess of what a pin takes: stroke, time and gap, and 13 px text with 13 for a full-width character, 7 for others. */
function wordsWidth(words: string): number {
  let width = 60;
  for (const character of words) width += (character.codePointAt(0) ?? 0) > 0x2e80 ? 13 : 7;
  return width;
}
