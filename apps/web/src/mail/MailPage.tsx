import { ArrowLeft } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { mailApi, mailPagePath, type Mail } from '#contracts/mail';
import { formatDateTime, langOf } from '../i18n.ts';
import { staffCall, useMay, useSession } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { toast } from '../ui/toast.tsx';
import css from './MailPage.module.css';
import { MailStateTag, useReason } from './MailStateTag.tsx';
import { useMailText } from './texts.ts';

const WAITING_POLL_MS = 2000;

export default function MailPage() {
  const t = useMailText();
  const { id = '' } = useParams();
  return (
    <StaffFrame title={t.title}>
      <Link to="/mails" className={css.back}>
        <ArrowLeft size={16} strokeWidth={2} aria-hidden />
        {t.back}
      </Link>
      <Loaded id={id} />
    </StaffFrame>
  );
}

function Loaded({ id }: { id: string }) {
  const t = useMailText();
  const { data, error, reload } = useLoad(`mail ${id}`, (signal) => staffCall(mailApi.get, { id }, { signal }));
  const waits = data?.state === 'queued';
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(reload, WAITING_POLL_MS);
    return () => clearInterval(timer);
  }, [waits, reload]);
  if (data) return <OneMail mail={data} onChange={reload} />;
  if (error) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  return (
    <Loading>
      <Skeleton width="60%" height={40} className={css.bone} />
      <Skeleton height={96} className={css.bone} />
      <Skeleton height={320} />
    </Loading>
  );
}

function OneMail({ mail, onChange }: { mail: Mail; onChange: () => void }) {
  const t = useMailText();
  const { brand } = useSession();
  const reason = useReason()(mail);
  const time = (at: string) => formatDateTime(at, brand.timeZone);
  return (
    <article className={css.mail}>
      <header className={css.head}>
        <h1 lang={langOf(mail.subject)}>{mail.subject}</h1>
        <Resend mail={mail} onSent={onChange} />
      </header>
      <dl className={css.facts}>
        <Fact name={t.state}>
          <MailStateTag mail={mail} />
          {reason && <span>{mail.state === 'failed' ? `${t.answer}: ${reason}` : reason}</span>}
        </Fact>
        {mail.state === 'queued' && mail.lastError && <Fact name={t.answer}>{mail.lastError}</Fact>}
        <Fact name={t.to}>{mail.to}</Fact>
        <Fact name={t.kind}>{t[mail.kind]}</Fact>
        <Fact name={t.written}>{time(mail.createdAt)}</Fact>
        <Fact name={t.sentAt}>{mail.sentAt ? time(mail.sentAt) : t.notYet}</Fact>
      </dl>
      <Body mail={mail} />
    </article>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The page of the mail runs nothing: the frame and its own policy forbid it both. */
function Body({ mail }: { mail: Mail }) {
  const t = useMailText();
  const [view, setView] = useState<'page' | 'text'>('page');
  return (
    <section className={css.body}>
      <Tabs
        label={t.view}
        tabs={[
          { key: 'page', label: t.page },
          { key: 'text', label: t.text },
        ]}
        selected={view}
        onSelect={setView}
        panelId="mail-body"
      />
      <div id="mail-body" role="tabpanel">
        {view === 'page' ? (
          <iframe className={css.page} sandbox="" src={mailPagePath(mail.id)} title={mail.subject} />
        ) : (
          <pre className={css.text} lang={mail.locale}>
            {mail.text}
          </pre>
        )}
      </div>
    </section>
  );
}

/** One that has been sent is asked about first: somebody gets it a second time. */
function Resend({ mail, onSent }: { mail: Mail; onSent: () => void }) {
  const t = useMailText();
  const maySend = useMay()('mails.send');
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  if (!maySend) return null;

  async function resend(): Promise<void> {
    setBusy(true);
    setFailed(false);
    try {
      await staffCall(mailApi.resend, { id: mail.id });
      toast(t.sending);
      onSent();
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
      setAsking(false);
    }
  }

  const labels = { sent: t.sendAgain, failed: t.sendAgain, not_sent: t.send, queued: t.sendNow };
  const sent = mail.state === 'sent';
  return (
    <>
      <Button
        kind={sent ? 'outline' : 'fill'}
        busy={busy && !asking}
        onClick={() => (sent ? setAsking(true) : void resend())}
      >
        {labels[mail.state]}
      </Button>
      {failed && (
        <div className={css.failed}>
          <Notice tone="failed">{t.sendFailed}</Notice>
        </div>
      )}
      {asking && (
        <Dialog
          title={t.againTitle}
          confirm={t.sendAgain}
          cancel={t.cancel}
          busy={busy}
          onConfirm={() => void resend()}
          onClose={() => setAsking(false)}
        >
          {t.againBody(mail.to)}
        </Dialog>
      )}
    </>
  );
}
