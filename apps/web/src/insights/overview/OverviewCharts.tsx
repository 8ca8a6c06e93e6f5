import type { Overview, OverviewDay } from '#contracts/overview';
import { currencyExponents, toDecimalString } from '#contracts/money';
import { formatNumber, money, useLocale } from '../../i18n.ts';
import { BarChart, daySlots, TimeChart, type Series } from '../charts/index.ts';
import { Def } from '../Def.tsx';
import { axisMoney, percent, zoneName } from '../words.ts';
import css from './Overview.module.css';
import { useOverviewText } from './texts.ts';

/** What a customer is worth at the end of each day, beside the period before, and what each day sold. */
export function ValueChart({ overview, compared }: { overview: Overview; compared: boolean }) {
  const t = useOverviewText();
  const locale = useLocale();
  const { period, timeZone, currency, days, daysBefore } = overview;
  const slots = daySlots(period, timeZone);
  const along = (from: OverviewDay[], read: (day: OverviewDay) => number | null) =>
    slots.map((_, index) => {
      const day = from[index];
      return day ? read(day) : null;
    });
  const series: Series[] = [
    { id: 'value', name: t.valueLine, tone: 1, values: along(days, ({ value }) => value) },
    ...(compared
      ? [
          {
            id: 'before',
            name: t.valueBefore,
            tone: 'compare' as const,
            values: along(daysBefore, ({ value }) => value),
          },
        ]
      : []),
  ];
  const numbers = {
    format: (amount: number) => money(Math.round(amount), currency),
    axisFormat: (amount: number) => axisMoney(amount, currency, locale),
    csv: (amount: number) => Number(toDecimalString(Math.round(amount), currencyExponents[currency])),
  };
  const isEmpty = overview.now.customers === 0;
  return (
    <div className={css.chart}>
      <TimeChart
        title={<Def metric="value">{t.chart}</Def>}
        unit={zoneName(timeZone, locale)}
        csvName={`overview-${period.from}-${period.to}`}
        timeZone={timeZone}
        slots={isEmpty ? [] : slots}
        empty={t.chartEmpty}
        panels={[
          { kind: 'line', series, height: 150, ...numbers },
          {
            kind: 'bars',
            height: 90,
            series: [{ id: 'net', name: t.dayBars, tone: 4, values: along(days, ({ netAmount }) => netAmount) }],
            ...numbers,
          },
        ]}
      />
    </div>
  );
}

/** Of all customers so far: who bought again so long after the first order. */
export function RetentionCurve({ overview }: { overview: Overview }) {
  const t = useOverviewText();
  useLocale();
  const { intervalDays, intervals } = overview.retentionCurve;
  const n = (value: number) => formatNumber(value);
  return (
    <div className={css.curve}>
      <BarChart
        title={<Def metric="retentionCurve" />}
        of={t.curveOf}
        measure={t.curveMeasure}
        csvName="retention"
        empty={t.curveEmpty}
        format={percent}
        bars={intervals.map(({ interval, ratio }) => ({
          name: intervalDays === 7 ? t.week({ n: n(interval) }) : t.interval({ n: n(interval), days: n(intervalDays) }),
          value: ratio.value,
        }))}
      />
    </div>
  );
}
