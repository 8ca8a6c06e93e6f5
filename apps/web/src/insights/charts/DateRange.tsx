import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { serverNow } from '../../clock.ts';
import { formatNumber, useLocale } from '../../i18n.ts';
import { useSession } from '../../staff/session.ts';
import { Button } from '../../ui/Button.tsx';
import { zoneName } from '../words.ts';
import css from './Chart.module.css';
import { before, countDays, dayOf, faultOf, presets, rangeFrom, type DayRange } from './range.ts';
import { useChartText } from './text.ts';

export interface Period {
  range: DayRange;
  /** The period before, as long; null where the reader wants no comparison. */
  compare: DayRange | null;
  timeZone: string;
}

/** The period that the page's address names (?days=28, or ?from=…&to=…, &compare=0), in days of the brand's zone. */
export function usePeriod(): Period {
  const [search] = useSearchParams();
  const { timeZone } = useSession().brand;
  const { range, compared } = rangeFrom(search, dayOf(serverNow(), timeZone));
  return { range, compare: compared ? before(range) : null, timeZone };
}

/**
 * Chooses the period of a page: some usual ones, any days, and whether it is held against the one before.
 * @param comparable whether the page has such a comparison
 */
export function DateRange({ comparable = true }: { comparable?: boolean }) {
  const t = useChartText();
  const locale = useLocale();
  const [search, setSearch] = useSearchParams();
  const { range, compare, timeZone } = usePeriod();
  const today = dayOf(serverNow(), timeZone);
  const preset = presets.find((days) => range.to === today && countDays(range) === days);
  const [draft, setDraft] = useState<DayRange | null>(null);
  const [fault, setFault] = useState<ReturnType<typeof faultOf>>(null);
  const change = (values: Record<string, string | null>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(values)) {
      if (value === null) next.delete(name);
      else next.set(name, value);
    }
    setSearch(next, { replace: true });
  };
  const apply = (range: DayRange) => {
    const wrong = faultOf(range);
    setFault(wrong);
    if (wrong) return;
    change({ from: range.from, to: range.to, days: null });
    setDraft(null);
  };
  return (
    <div className={css.range}>
      <div role="group" aria-label={t.range}>
        {presets.map((days) => (
          <Button
            key={days}
            kind="quiet"
            size="small"
            aria-pressed={preset === days && draft === null}
            onClick={() => {
              setDraft(null);
              change({ days: String(days), from: null, to: null });
            }}
          >
            {t.days(formatNumber(days))}
          </Button>
        ))}
        <Button
          kind="quiet"
          size="small"
          aria-pressed={draft !== null || preset === undefined}
          aria-expanded={draft !== null}
          onClick={() => setDraft(draft ? null : range)}
        >
          {preset === undefined ? `${range.from} – ${range.to}` : t.custom}
        </Button>
      </div>
      {comparable && (
        <label>
          <input
            type="checkbox"
            checked={compare !== null}
            onChange={(event) => change({ compare: event.target.checked ? null : '0' })}
          />
          {t.compare}
        </label>
      )}
      <span>{t.zone(zoneName(timeZone, locale))}</span>
      {draft && (
        <form
          className={css.dates}
          onSubmit={(event) => {
            event.preventDefault();
            apply(draft);
          }}
        >
          <label>
            {t.start}
            <input
              type="date"
              required
              max={today}
              value={draft.from}
              onChange={(event) => setDraft({ ...draft, from: event.target.value })}
            />
          </label>
          <label>
            {t.end}
            <input
              type="date"
              required
              max={today}
              value={draft.to}
              onChange={(event) => setDraft({ ...draft, to: event.target.value })}
            />
          </label>
          <Button type="submit" size="small">
            {t.apply}
          </Button>
          {fault && (
            <p className={css.wrong} role="alert">
              {t[fault]}
            </p>
          )}
        </form>
      )}
    </div>
  );
}
