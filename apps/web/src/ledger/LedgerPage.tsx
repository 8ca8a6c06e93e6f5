import { ledgerApi, type LedgerFinding } from '#contracts/ledger';
import { formatDateTime } from '../i18n.ts';
import { staffCall, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { EmptyState, ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { Tag } from '../ui/Tag.tsx';
import css from './LedgerPage.module.css';
import { useLedgerText } from './texts.ts';

/** The last hourly check: one line for each rule, the worst of its findings. */
export default function LedgerPage() {
  const t = useLedgerText();
  const { data, error, reload } = useLoad('ledger', (signal) => staffCall(ledgerApi.check, {}, { signal }));
  return (
    <StaffFrame title={t.title}>
      <header className={css.head}>
        <h1>{t.title}</h1>
        <p>{t.lead}</p>
      </header>
      {data?.check ? (
        <Findings {...data.check} />
      ) : data ? (
        <EmptyState title={t.notYet}>{t.notYetBody}</EmptyState>
      ) : error ? (
        <ErrorState title={t.failed} error={error} onRetry={reload} />
      ) : (
        <Loading>
          <Skeleton height={320} />
        </Loading>
      )}
    </StaffFrame>
  );
}

const ruleNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14] as const;
const worst: LedgerFinding['result'][] = ['broken', 'unknown', 'idle', 'holds'];

function Findings({ checkedAt, findings }: { checkedAt: string; findings: LedgerFinding[] }) {
  const t = useLedgerText();
  const { brand } = useSession();
  const has = (result: LedgerFinding['result']) => findings.some((finding) => finding.result === result);
  return (
    <section aria-labelledby="checked">
      <h2 id="checked" className={css.when}>
        {t.checkedAt(formatDateTime(checkedAt, brand.timeZone))}
      </h2>
      {has('broken') ? (
        <Notice tone="failed">{t.someBroken}</Notice>
      ) : has('unknown') ? (
        <Notice tone="caution">{t.someUnknown}</Notice>
      ) : (
        <Notice tone="done">{t.allWell}</Notice>
      )}
      <table className={css.table}>
        <thead>
          <tr>
            <th scope="col" colSpan={2}>
              {t.rule}
            </th>
            <th scope="col">{t.result}</th>
          </tr>
        </thead>
        <tbody>
          {ruleNumbers.map((number) => {
            const own = findings.filter((finding) => finding.number === number);
            const result = worst.find((one) => own.some((finding) => finding.result === one)) ?? 'idle';
            const rows = own.reduce((sum, finding) => sum + finding.rows, 0);
            return (
              <tr key={number}>
                <td className={css.number}>{number}</td>
                <td>{t[`rule${number}`]}</td>
                <td className={css.result}>
                  <Tag tone={result === 'broken' ? 'enji' : result === 'unknown' ? 'yama' : 'matsu'}>
                    {result === 'broken' ? t.broken({ rows }) : t[result]}
                  </Tag>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
