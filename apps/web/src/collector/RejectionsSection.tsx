import { collectorApi, type Rejection } from '#contracts/collector';
import { formatDateTime, formatNumber } from '../i18n.ts';
import { staffCall, useSession } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import css from './Collector.module.css';
import { useCollectorText } from './texts.ts';

/** What was refused, by field and reason, with the last one of each kind. */
export function RejectionsSection() {
  const t = useCollectorText();
  const { data, error, reload } = useLoad('rejections', (signal) => staffCall(collectorApi.rejections, {}, { signal }));
  return (
    <section className={css.section} aria-labelledby="collector-rejections">
      <header>
        <h2 id="collector-rejections">{t.rejections}</h2>
        <p>{t.rejectionsLead}</p>
      </header>
      {error && !data ? (
        <ErrorState title={t.failedTitle} error={error} onRetry={reload} />
      ) : !data ? (
        <Loading>
          <Skeleton height={160} />
        </Loading>
      ) : data.rejections.length === 0 ? (
        <EmptyState title={t.noneRejected}>{t.noneRejectedBody}</EmptyState>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.field}</th>
              <th scope="col">{t.reason}</th>
              <th scope="col" className={css.number}>
                {t.count}
              </th>
              <th scope="col">{t.key}</th>
              <th scope="col">{t.last}</th>
            </tr>
          </thead>
          <tbody>
            {data.rejections.map((rejection) => (
              <Line
                key={[rejection.day, rejection.writeKey.id, rejection.field, rejection.reason].join(' ')}
                rejection={rejection}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Line({ rejection }: { rejection: Rejection }) {
  const t = useCollectorText();
  const { brand } = useSession();
  const { field, reason, count, writeKey, lastAt, sample } = rejection;
  return (
    <tr>
      <th scope="row">{field}</th>
      <td data-label={t.reason}>{t[reason]}</td>
      <td className={css.number}>{formatNumber(count)}</td>
      <td data-label={t.key}>
        {writeKey.name} <small>{t[writeKey.kind]}</small>
      </td>
      <td data-label={t.last}>
        {formatDateTime(lastAt, brand.timeZone)}
        {sample === '' ? (
          <p>
            <small>{t.noSample}</small>
          </p>
        ) : (
          <details>
            <summary>{t.sample}</summary>
            <pre className={css.code}>{sample}</pre>
          </details>
        )}
      </td>
    </tr>
  );
}
