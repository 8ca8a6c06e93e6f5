import { CircleAlert, Info, Users, Waves, Zap } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { BroadcastHealth } from '#contracts/room';
import { formatNumber, formatTime } from '../i18n.ts';
import { realtime } from '../realtime.ts';
import { formatBitrate, type LineStats } from './on-air.ts';
import css from './Reach.module.css';
import { useReachText } from './reach-text.ts';
import { instantDelay, limitOf, smoothDelay, type Delay } from './reach.ts';

/** Health of the broadcast as the media process tells each second; null before the first, and when the broadcast is another. */
export function useReach(showId: string, broadcastId: string | null): BroadcastHealth | null {
  const [health, setHealth] = useState<BroadcastHealth | null>(null);
  useEffect(
    () =>
      realtime.on('broadcast.health', (told) => {
        if (told.showId === showId) setHealth(told.health);
      }),
    [showId],
  );
  return health?.broadcastId === broadcastId ? health : null;
}

interface ReachProps {
  health: BroadcastHealth;
  stats: LineStats;
  timeZone: string;
  /** Whose line it is: others have no figures of it. */
  isHost?: boolean;
}

/** Both ways to the viewers with their delay and their people, the sending line, and what happened last with what to do. */
export function Reach({ health, stats, timeZone, isHost = true }: ReachProps) {
  const t = useReachText();
  const { incident } = health;
  const limit = limitOf(stats);
  const stopped = incident?.kind === 'packager_gone';
  const quiet = incident?.kind === 'host_back' || incident?.kind === 'packager_restarted';
  const figures = [
    [t.sending, stats.sendBps === null ? '—' : formatBitrate(stats.sendBps)],
    [t.loss, stats.lossPercent === null ? '—' : `${formatNumber(stats.lossPercent)}%`],
    [t.roundTrip, stats.rttMs === null ? '—' : `${Math.round(stats.rttMs)}ms`],
    [
      t.limit,
      stats.sendBps === null ? '—' : { none: t.limitNone, cpu: t.limitCpu, bandwidth: t.limitBandwidth }[limit],
    ],
  ] as const;
  return (
    <section className={css.reach} aria-label={t.title} data-testid="studio-reach">
      <h2>{t.title}</h2>
      <ul className={css.ways}>
        <Way icon={Zap} name={t.instant} delay={instantDelay(health, stats)} people={health.webrtcViewers} />
        {health.packager ? (
          <Way
            icon={Waves}
            name={t.smooth}
            delay={stopped ? null : smoothDelay(health, stats)}
            people={health.hlsViewers}
            without={stopped ? t.stopped : health.hlsDelayMs === null ? t.preparing : undefined}
          />
        ) : (
          <Way icon={Waves} name={t.smooth} delay={null} people={null} without={t.noPackager} />
        )}
      </ul>
      {isHost && (
        <dl className={css.figures}>
          {figures.map(([name, figure]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{figure}</dd>
            </div>
          ))}
        </dl>
      )}
      {limit === 'cpu' ? (
        <p className={css.said} data-tone="caution">
          <CircleAlert size={16} strokeWidth={2} aria-hidden />
          <span>{t.busyAdvice}</span>
        </p>
      ) : null}
      {incident ? (
        <p className={css.said} data-tone={quiet ? undefined : 'caution'} role="status">
          {quiet ? (
            <Info size={16} strokeWidth={2} aria-hidden />
          ) : (
            <CircleAlert size={16} strokeWidth={2} aria-hidden />
          )}
          <span>
            <time dateTime={incident.at}>{formatTime(incident.at, timeZone)}</time>
            {t[incident.kind](incident.details)}
          </span>
        </p>
      ) : null}
    </section>
  );
}

interface WayProps {
  icon: typeof Zap;
  name: string;
  delay: Delay | null;
  people: number | null;
  /** Said in place of an unknown delay. */
  without?: string | undefined;
}

function Way({ icon: Icon, name, delay, people, without = '—' }: WayProps) {
  const t = useReachText();
  const seconds = (ms: number) =>
    formatNumber(Math.ceil(ms / 100) / 10, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return (
    <li>
      <Icon size={16} strokeWidth={2} aria-hidden />
      <span>{name}</span>
      <b>{delay ? t.delay({ seconds: seconds(delay.ms), least: delay.least }) : without}</b>
      {people === null ? (
        <span />
      ) : (
        <em>
          <Users size={14} strokeWidth={2.2} aria-hidden />
          {t.people({ count: people })}
        </em>
      )}
    </li>
  );
}
