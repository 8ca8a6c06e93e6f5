import type { ReactNode } from 'react';
import { useSecondsLeft } from '../../clock.ts';
import { formatDuration } from '../../i18n.ts';
import { Edge } from '../../ui/Edge.tsx';
import { useShowText } from '../texts.ts';
import type { Held } from '../useBuying.ts';
import type { DealOnScreen } from './deal-on-screen.ts';
import css from './Strip.module.css';
import { useSaleText } from './texts.ts';

/** What is yours, for as long as it is: the hold's edge and its timer, ai, and shu in the last minute. */
export function HoldStrip({ held, words }: { held: Held; words: string }) {
  const t = useShowText();
  const left = useSecondsLeft(held.hold.createdAt, held.hold.expiresAt);
  const last = left <= 60;
  return (
    <Strip tone={last ? 'shu' : 'ai'} from={held.hold.createdAt} to={held.hold.expiresAt} left={left} words={words}>
      {left <= 10 ? t.tenSeconds : last ? t.oneMinute : ''}
    </Strip>
  );
}

/** A flash deal, for as long as it runs: shu, filled in the last ten seconds; and a moment longer, to say that it has ended. */
export function DealStrip({ seen, variant }: { seen: DealOnScreen; variant: string }) {
  const t = useSaleText();
  const { deal, phase } = seen;
  const left = useSecondsLeft(deal.startsAt, deal.endsAt);
  if (phase === 'over') return <p className={css.over}>{t.dealOver}</p>;
  const last = left <= 10;
  const name = deal.kind === 'percent' ? t.dealPercent({ percent: deal.value }) : t.deal;
  const of = variant === '' ? name : t.dealOf({ deal: name, variant });
  const words = phase === 'soldOut' ? t.dealSoldOut : last ? t.lastSeconds : of;
  return (
    <Strip
      tone="shu"
      from={deal.startsAt}
      to={deal.endsAt}
      left={left}
      words={words}
      label={t.dealLeft}
      filled={last && phase === 'on'}
    >
      {last ? t.dealTenSeconds : left <= 60 ? t.dealMinute : ''}
    </Strip>
  );
}

interface StripProps {
  tone: 'shu' | 'ai';
  from: string;
  to: string;
  left: number;
  words: string;
  label?: string;
  filled?: boolean;
  /** For those who do not see the timer, which itself is silent: its last minute and its last ten seconds. */
  children: ReactNode;
}

function Strip({ tone, from, to, left, words, label, filled = false, children }: StripProps) {
  return (
    <div className={css.strip} data-tone={tone} data-filled={filled ? '' : undefined}>
      <Edge className={css.edge} from={from} to={to} tone={tone} />
      <span>{words}</span>
      <time role="timer" aria-label={label}>
        {formatDuration(left)}
      </time>
      <span className="sr" role="status">
        {children}
      </span>
    </div>
  );
}
