import { useEffect, useState } from 'react';
import type { PublicShow } from '#contracts/shows';
import { serverNow, useNow } from '../clock.ts';
import { formatDuration, formatTime } from '../i18n.ts';
import type { Light } from './on-air.ts';
import css from './OnAirBlock.module.css';
import { useStudioText } from './texts.ts';

const DAY_MS = 86_400_000;

/** The light, as wide as the preview, with the clock that belongs to its state. Shu only while media flows. */
export function OnAirBlock({ light, show }: { light: Light; show: PublicShow }) {
  const t = useStudioText();
  const now = useNow(1000);
  const since = useSince(light);
  return (
    <div className={css.block} data-light={light}>
      <i aria-hidden />
      <b role="status">{t[light]}</b>
      <Clock light={light} show={show} now={now} since={since} />
    </div>
  );
}

function Clock({ light, show, now, since }: { light: Light; show: PublicShow; now: number; since: number }) {
  const t = useStudioText();
  const liveSince = show.liveSince === null ? now : Date.parse(show.liveSince);
  const startsIn = Date.parse(show.startsAt) - now;
  switch (light) {
    case 'before':
      return startsIn > 0 && startsIn < DAY_MS ? (
        <time role="timer">
          <small>{t.startsIn}</small>
          {formatDuration(Math.ceil(startsIn / 1000))}
        </time>
      ) : (
        <small>{t.startsAt(formatTime(show.startsAt, show.brand.timeZone))}</small>
      );
    case 'starting':
    case 'reconnecting':
    case 'away':
      return <time role="timer">{formatDuration((now - since) / 1000)}</time>;
    case 'live':
    case 'elsewhere':
      return <time role="timer">{formatDuration((now - liveSince) / 1000)}</time>;
    case 'ended':
      return show.endedAt === null ? null : (
        <time>{formatDuration((Date.parse(show.endedAt) - liveSince) / 1000)}</time>
      );
  }
}

/** Server time at which the light last changed here. */
function useSince(light: Light): number {
  const [since, setSince] = useState(() => serverNow());
  useEffect(() => setSince(serverNow()), [light]);
  return since;
}
