import { Link, useSearchParams } from 'react-router';
import { mailApi, MailState, type MailSummary } from '#contracts/mail';
import { formatDateTime, langOf } from '../i18n.ts';
import { MoreBelow, useMore } from '../staff/MoreBelow.tsx';
import { staffCall, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { EmptyState, ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { MailStateTag, useReason } from './MailStateTag.tsx';
import css from './MailsPage.module.css';
import { useMailText } from './texts.ts';

const filters = ['all', 'sent', 'queued', 'not_sent', 'failed'] as const;

/** What customers were sent, newest first, and what did not reach them with the reason why. */
export default function MailsPage() {
  const t = useMailText();
  const [query, setQuery] = useSearchParams();
  const asked = MailState.safeParse(query.get('state'));
  const state = asked.success ? asked.data : 'all';
  return (
    <StaffFrame title={t.title}>
      <header className={css.head}>
        <h1>{t.title}</h1>
        <p>{t.lead}</p>
      </header>
      <Tabs
        label={t.filter}
        tabs={filters.map((key) => ({ key, label: t[key] }))}
        selected={state}
        onSelect={(key) => setQuery(key === 'all' ? {} : { state: key }, { replace: true })}
        panelId="mails"
      />
      <div id="mails" role="tabpanel" className={css.panel}>
        <Mails key={state} state={asked.data} />
      </div>
    </StaffFrame>
  );
}

function Mails({ state }: { state: MailState | undefined }) {
  const t = useMailText();
  const first = useLoad(`mails ${state}`, (signal) => staffCall(mailApi.list, { state }, { signal }));
  const more = useMore(first.data?.next, async (after) => {
    const page = await staffCall(mailApi.list, { state, after });
    return { items: page.mails, next: page.next };
  });

  if (!first.data) {
    return first.error ? (
      <ErrorState title={t.failedTitle} error={first.error} onRetry={first.reload} />
    ) : (
      <Loading>
        {[0, 1, 2].map((row) => (
          <Skeleton key={row} height={52} className={css.bone} />
        ))}
      </Loading>
    );
  }
  const mails = [...first.data.mails, ...more.items];
  return (
    <>
      {!first.data.hasServer && <Notice tone="caution">{t.noServer}</Notice>}
      {mails.length > 0 ? (
        <MailTable mails={mails} />
      ) : state ? (
        <EmptyState title={t.noneTitle} />
      ) : (
        <EmptyState title={t.emptyTitle}>{t.emptyBody}</EmptyState>
      )}
      <MoreBelow more={more} />
    </>
  );
}

function MailTable({ mails }: { mails: MailSummary[] }) {
  const t = useMailText();
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t.mail}</th>
          <th scope="col">{t.kind}</th>
          <th scope="col">{t.state}</th>
          <th scope="col">{t.date}</th>
        </tr>
      </thead>
      <tbody>
        {mails.map((mail) => (
          <MailRow key={mail.id} mail={mail} />
        ))}
      </tbody>
    </table>
  );
}

function MailRow({ mail }: { mail: MailSummary }) {
  const t = useMailText();
  const { brand } = useSession();
  const reason = useReason()(mail);
  return (
    <tr>
      <td>
        <Link to={`/mails/${mail.id}`} lang={langOf(mail.subject)}>
          {mail.subject}
        </Link>
        <small>{mail.to}</small>
      </td>
      <td>{t[mail.kind]}</td>
      <td>
        <MailStateTag mail={mail} />
        {reason && <small>{reason}</small>}
      </td>
      <td>{formatDateTime(mail.sentAt ?? mail.createdAt, brand.timeZone)}</td>
    </tr>
  );
}
