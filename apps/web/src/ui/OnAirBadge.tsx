import { useState } from 'react';
import type { Broadcast, ShowState } from '#contracts/shows';
import { serverNow, useNow } from '../clock.ts';
import { formatDate, formatDateTime, formatDuration, texts } from '../i18n.ts';
import css from './OnAirBadge.module.css';
import { classes } from './classes.ts';

const useWords = texts({
  ja: {
    scheduled: '予告',
    soon: 'まもなく',
    live: '配信中',
    reconnecting: 'つなぎ直し中',
    ended: '終了',
    replay: '録画',
  },
  en: {
    scheduled: 'Scheduled',
    soon: 'Soon',
    live: 'Live',
    reconnecting: 'Reconnecting',
    ended: 'Ended',
    replay: 'Replay',
  },
});

interface OnAirShow {
  state: ShowState;
  startsAt: string;
  liveSince: string | null;
  endedAt: string | null;
  broadcast?: Broadcast | null;
}

export type OnAir = 'scheduled' | 'soon' | 'live' | 'reconnecting' | 'ended' | 'replay';

const SOON_MS = 10 * 60_000;

/** Live only while media flows, whatever the button said: between two broadcasts the show is reconnecting. */
export function onAirOf(show: OnAirShow, now: number): OnAir {
  if (show.state === 'ended') return 'ended';
  if (show.state === 'live')
    return show.broadcast === undefined || show.broadcast?.state === 'live' ? 'live' : 'reconnecting';
  return Date.parse(show.startsAt) - now <= SOON_MS ? 'soon' : 'scheduled';
}

/** State in a word, and the time that belongs to it. `stage`: on video. */
export function OnAirBadge({
  show,
  stage = false,
  replay = false,
}: {
  show: OnAirShow;
  stage?: boolean;
  replay?: boolean;
}) {
  const t = useWords();
  const now = useNow(1000);
  const state = replay ? 'replay' : onAirOf(show, now);
  const lostAt = useLostAt(show, state);
  return (
    <span className={classes(css.badge, css[state], stage && css.stage)}>
      <b>{t[state]}</b>
      <span className={css.time}>{timeOf(show, state, now, lostAt)}</span>
    </span>
  );
}

/** When the picture was lost: as the broadcast says, else when this page noticed. */
function useLostAt(show: OnAirShow, state: OnAir): number | null {
  const [noticedAt, setNoticedAt] = useState<number | null>(null);
  const lost = state === 'reconnecting';
  if (lost && noticedAt === null) setNoticedAt(serverNow());
  if (!lost && noticedAt !== null) setNoticedAt(null);
  return show.broadcast?.endedAt ? Date.parse(show.broadcast.endedAt) : noticedAt;
}

function timeOf(show: OnAirShow, state: OnAir, now: number, lostAt: number | null): string {
  const since = show.liveSince ? Date.parse(show.liveSince) : null;
  switch (state) {
    case 'scheduled':
      return formatDateTime(show.startsAt);
    case 'soon':
      return formatDuration((Date.parse(show.startsAt) - now) / 1000);
    case 'live':
      return formatDuration((now - (since ?? now)) / 1000);
    case 'reconnecting':
      return formatDuration((now - (lostAt ?? now)) / 1000);
    case 'replay':
      return since === null ? '' : formatDate(since);
    case 'ended':
      return since !== null && show.endedAt ? formatDuration((Date.parse(show.endedAt) - since) / 1000) : '';
  }
}
