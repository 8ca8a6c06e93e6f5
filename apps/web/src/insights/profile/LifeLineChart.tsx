import type { Profile } from '#contracts/customers';
import { currencyExponents, toDecimalString } from '#contracts/money';
import { formatDate, formatNumber, money, useLocale } from '../../i18n.ts';
import { useSession } from '../../staff/session.ts';
import { ChartFigure, useWidth } from '../charts/ChartFigure.tsx';
import { dayOf, monthSlots } from '../charts/index.ts';
import { lifeLine, sector } from './life-line.ts';
import css from './Profile.module.css';
import { useProfileText } from './texts.ts';

const HEIGHT = 132;
const AXIS = 62;
const TALLEST = 44;
const DISC = 7;
/** Room for an amount beside its bar, for the word that says that it was the first, and for what is to come. */
const LABEL = 74;
const FIRST = 64;
const AHEAD = 84;

/** The customer's months as one line: bars for orders, discs for shows. */
export function LifeLineChart({ profile }: { profile: Profile }) {
  const t = useProfileText();
  const locale = useLocale();
  const { brand } = useSession();
  const { ref, width } = useWidth();
  const line = lifeLine(profile, (from, to) =>
    monthSlots({ from: dayOf(from, brand.timeZone), to: dayOf(to, brand.timeZone) }, brand.timeZone)
      .filter((slot) => slot.from >= from)
      .map((slot) => ({ time: slot.from, ...yearMonthOf(dayOf(slot.from, brand.timeZone)) })),
  );
  const room = Math.max(1, width - AHEAD);
  const x = (at: number) => Math.round(at * room);
  const day = (time: number) => formatDate(time, brand.timeZone);
  const part = (share: number) => formatNumber(share, { style: 'percent', maximumFractionDigits: 0 });
  const roomAfter = line.bars.map(({ at }, index) => x(line.bars[index + 1]?.at ?? Infinity) - x(at));
  const rows = [
    ...line.bars.map((bar) => ({ time: bar.time, what: t.boughtWord, amount: bar.netAmount, share: null })),
    ...line.discs.map((disc) => ({ time: disc.time, what: disc.show.title, amount: null, share: disc.share })),
  ].sort((a, b) => a.time - b.time);
  return (
    <ChartFigure
      title={t.line}
      unit={t.lineHow}
      csvName="customer"
      empty={t.eventsEmpty}
      height={HEIGHT}
      tools={
        profile.value && (
          <span className={css.ahead}>{t.lineAfter(money(profile.value.predictedAmount, brand.currency))}</span>
        )
      }
      twin={{
        columns: [
          { name: t.date },
          { name: t.what },
          { name: t.amount, numeric: true },
          { name: t.share, numeric: true },
        ],
        rows: rows.map(({ time, what, amount, share }) => [
          { shown: day(time), csv: new Date(time).toISOString() },
          { shown: what, csv: what },
          amount === null
            ? { shown: t.none, csv: null }
            : {
                shown: money(amount, brand.currency),
                csv: { number: toDecimalString(amount, currencyExponents[brand.currency]) },
              },
          share === null ? { shown: t.none, csv: null } : { shown: part(share), csv: Math.round(share * 1000) / 1000 },
        ]),
      }}
    >
      <div ref={ref} className={css.life}>
        <svg width={width} height={HEIGHT} role="list" aria-label={t.line}>
          <line x1={0} x2={room} y1={AXIS} y2={AXIS} className={css.axis} />
          {profile.value && <line x1={room} x2={width} y1={AXIS} y2={AXIS} className={css.dotted} />}
          {line.months
            .filter((_, index) => index % Math.max(1, Math.ceil((line.months.length * 56) / room)) === 0)
            .map(({ time, at, month, year }) => (
              <g key={time} transform={`translate(${x(at)} ${AXIS})`} aria-hidden="true">
                <line y1={0} y2={6} className={css.tick} />
                <text y={62} className={css.month}>
                  {monthName(year, month, locale)}
                </text>
              </g>
            ))}
          {line.bars.map((bar, index) => {
            const height = Math.max(3, bar.height * TALLEST);
            return (
              <g
                key={`bar-${index}`}
                role="listitem"
                aria-label={t.lineBar(day(bar.time), money(bar.netAmount, brand.currency))}
              >
                <title>{t.lineBar(day(bar.time), money(bar.netAmount, brand.currency))}</title>
                <rect x={x(bar.at) - 5} y={AXIS - height} width={10} height={height} rx={2} className={css.bar} />
                {roomAfter[index]! >= LABEL && (
                  <text x={x(bar.at) + 9} y={AXIS - 5} className={css.amount}>
                    {money(bar.netAmount, brand.currency)}
                    {bar.isFirst && roomAfter[index]! >= LABEL + FIRST && <tspan dx={8}>{t.firstOrder}</tspan>}
                  </text>
                )}
              </g>
            );
          })}
          {line.discs.map(({ show, share, at, time }) => (
            <g
              key={show.id}
              role="listitem"
              transform={`translate(${x(at)} ${AXIS + 22})`}
              aria-label={t.lineShow(day(time), show.title, part(share))}
            >
              <title>{t.lineShow(day(time), show.title, part(share))}</title>
              <circle r={DISC} className={share > 0 ? css.disc : css.missed} />
              {share > 0 && <path d={sector(share, DISC)} className={css.seen} />}
            </g>
          ))}
        </svg>
      </div>
    </ChartFigure>
  );
}

function yearMonthOf(day: string): { year: number; month: number } {
  const [year, month] = day.split('-').map(Number);
  return { year: year!, month: month! };
}

/** "3月", and "2026年1月" where a year begins. */
function monthName(year: number, month: number, locale: 'ja' | 'en'): string {
  return new Intl.DateTimeFormat(locale === 'ja' ? 'ja-JP' : 'en-GB', {
    month: locale === 'ja' ? 'long' : 'short',
    ...(month === 1 && { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(Date.UTC(year, month - 1, 15));
}
