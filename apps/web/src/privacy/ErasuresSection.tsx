import { Download } from 'lucide-react';
import { privacyApi } from '#contracts/privacy';
import { formatDateTime } from '../i18n.ts';
import { Section } from '../settings/Section.tsx';
import { staffCall, useSession } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { saveReceipt } from './files.ts';
import css from './Privacy.module.css';
import { usePrivacyText } from './texts.ts';

/** Part of the settings: whose data was erased, when, at whose request, with the receipts. */
export function ErasuresSection() {
  const t = usePrivacyText();
  const { brand } = useSession();
  const { data, error, reload } = useLoad('erasures', (signal) => staffCall(privacyApi.erasures, {}, { signal }));
  return (
    <Section name="erasures" title={t.list} lead={t.listLead}>
      {error && !data ? (
        <ErrorState error={error} onRetry={reload} />
      ) : !data ? (
        <Loading>
          <Skeleton height={80} />
        </Loading>
      ) : data.erasures.length === 0 ? (
        <p className={css.quiet}>{t.noErasures}</p>
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{t.when}</th>
              <th scope="col">{t.who}</th>
              <th scope="col">{t.person}</th>
              <th scope="col">{t.rows}</th>
              <th scope="col">
                <span className="sr">{t.receipt}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.erasures.map((erasure) => (
              <tr key={erasure.id}>
                <td>{formatDateTime(erasure.erasedAt, brand.timeZone)}</td>
                <td>{erasure.requestedBy === 'person' ? t.byPerson : t.byMember}</td>
                <td title={erasure.personId}>{erasure.personId.slice(-8)}</td>
                <td>{t.rowCount(erasure.rows)}</td>
                <td>
                  <Button size="small" onClick={() => saveReceipt(erasure)}>
                    <Download size={16} strokeWidth={2} aria-hidden="true" />
                    {t.receipt}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className={css.small}>
        <a href="/receipt" target="_blank" rel="noopener">
          {t.checkReceipt}
        </a>
      </p>
    </Section>
  );
}
