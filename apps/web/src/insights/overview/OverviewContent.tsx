import { overviewApi, type Overview } from '#contracts/overview';
import { formatDateTime, formatNumber, money, useLocale } from '../../i18n.ts';
import { staffCall } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { ButtonLink } from '../../ui/ButtonLink.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import type { DayRange } from '../charts/index.ts';
import { Def } from '../Def.tsx';
import { change, percent } from '../words.ts';
import { answerOf } from './answer.ts';
import { figureGroups, tiles } from './figures.ts';
import { FigureList, FigureTiles } from './FigureList.tsx';
import css from './Overview.module.css';
import { RetentionCurve, ValueChart } from './OverviewCharts.tsx';
import { useOverviewText } from './texts.ts';

export function OverviewContent({ range, compared }: { range: DayRange; compared: boolean }) {
  const t = useOverviewText();
  const locale = useLocale();
  const { data, error, reload } = useLoad(`${range.from} ${range.to}`, (signal) =>
    staffCall(overviewApi.read, range, { signal }),
  );
  if (!data) return error ? <ErrorState title={t.failed} error={error} onRetry={reload} /> : <Bones />;
  if (data.firstDay === null) {
    return (
      <EmptyState
        title={t.noneTitle}
        action={
          <ButtonLink kind="fill" to="/shows/new">
            {t.plan}
          </ButtonLink>
        }
      >
        {t.none}
      </EmptyState>
    );
  }
  return (
    <div className={css.page}>
      <Lead overview={data} compared={compared} />
      <FigureTiles figures={tiles(data, compared, t, locale)} />
      <ValueChart overview={data} compared={compared} />
      <div className={css.groups}>
        {figureGroups(data, compared, t, locale).map(({ title, figures, after }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            <FigureList figures={figures} />
            {after === 'curve' && <RetentionCurve overview={data} />}
          </section>
        ))}
      </div>
    </div>
  );
}

function Lead({ overview, compared }: { overview: Overview; compared: boolean }) {
  const t = useOverviewText();
  useLocale();
  const { now, before, currency, timeZone, asOf, today, period } = overview;
  const answer = answerOf(now, compared ? before : null);
  const yen = (amount: number) => money(Math.round(amount), currency);
  const moved = (difference: number, share: number) => ({
    amount: yen(Math.abs(difference)),
    share: change(share, 0, percent) ?? '',
  });
  const sentence =
    answer.kind === 'up' || answer.kind === 'down'
      ? t[answer.kind](moved(answer.difference, answer.share))
      : answer.kind === 'same'
        ? t.same
        : t.first;
  const formerly = compared ? before.value.value : null;
  return (
    <section className={css.lead}>
      <div>
        <p className={css.ask}>{t.ask}</p>
        <h1>{sentence}</h1>
        {now.buyers > 0 && now.aov.value !== null && (
          <p>
            {t.because({
              share: percent(now.repeaterShare.value),
              aov: yen(now.aov.value),
              fresh: formatNumber(now.newBuyers),
            })}
          </p>
        )}
        <p className={css.asOf}>
          {(period.to >= today ? t.asOfToday : t.asOf)({ time: formatDateTime(asOf, timeZone) })}
        </p>
      </div>
      <div className={css.one}>
        <p>
          <Def metric="value" />
        </p>
        <b>{now.value.value === null ? '—' : yen(now.value.value)}</b>
        <p>
          {t.ofCustomers({
            n: formatNumber(now.customers),
            before: formerly === null ? null : yen(formerly),
          })}
        </p>
      </div>
    </section>
  );
}

/** The layout of the page, without its figures. */
function Bones() {
  return (
    <Loading>
      <div className={css.lead}>
        <div>
          <Skeleton width="40%" />
          <Skeleton width="80%" height={40} />
          <Skeleton width="60%" />
        </div>
        <Skeleton width={240} height={88} />
      </div>
      <Skeleton height={90} className={css.bone} />
      <Skeleton height={300} className={css.bone} />
    </Loading>
  );
}
