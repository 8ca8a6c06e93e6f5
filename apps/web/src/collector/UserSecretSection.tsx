import { useState } from 'react';
import { collectorApi } from '#contracts/collector';
import { ApiError } from '../api.ts';
import { staffCall } from '../staff/session.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/states.tsx';
import css from './Collector.module.css';
import { OnceShown } from './OnceShown.tsx';
import { useCollectorText } from './texts.ts';

/** The secret by which the brand's server signs user ids for its pages. */
export function UserSecretSection({ exists, onChange }: { exists: boolean; onChange: () => void }) {
  const t = useCollectorText();
  const [secret, setSecret] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function make(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      setSecret((await staffCall(collectorApi.newUserSecret, {})).secret);
      onChange();
    } catch (error) {
      setProblem(error instanceof ApiError && error.code === 'unavailable' ? t.unavailable : t.failed);
    } finally {
      setBusy(false);
      setAsking(false);
    }
  }

  return (
    <section className={css.section} aria-labelledby="collector-secret">
      <header>
        <h2 id="collector-secret">{t.secret}</h2>
        <p>{t.secretLead}</p>
      </header>
      {secret !== null ? (
        <OnceShown title={t.secretMade} value={secret} />
      ) : (
        <p>{exists ? t.secretThere : t.secretNone}</p>
      )}
      {problem !== null && <Notice tone="failed">{problem}</Notice>}
      <p>
        <Button size="touch" busy={busy} onClick={() => (exists ? setAsking(true) : void make())}>
          {exists ? t.secretAgain : t.secretMake}
        </Button>
      </p>
      {asking && (
        <Dialog
          title={t.secretTitle}
          confirm={t.secretAgain}
          cancel={t.cancel}
          danger
          busy={busy}
          onConfirm={() => void make()}
          onClose={() => setAsking(false)}
        >
          {t.secretBody}
        </Dialog>
      )}
    </section>
  );
}
