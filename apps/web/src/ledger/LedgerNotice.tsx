import { Link } from 'react-router';
import { ledgerApi } from '#contracts/ledger';
import { staffCall } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Notice } from '../ui/states.tsx';
import { useLedgerText } from './texts.ts';

/** Says on every page of the back office that the last check found the ledger broken. Silent else, and while it cannot be known. */
export function LedgerNotice() {
  const t = useLedgerText();
  const { data } = useLoad('ledger', (signal) => staffCall(ledgerApi.check, {}, { signal }));
  if (!data?.check?.findings.some(({ result }) => result === 'broken')) return null;
  return (
    <Notice tone="failed">
      {t.notice} <Link to="/ledger">{t.noticeLink}</Link>
    </Notice>
  );
}
