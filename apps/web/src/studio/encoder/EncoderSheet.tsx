import { useState } from 'react';
import { ingestApi, type IngestKey, type IngestSetup } from '#contracts/ingest';
import { ApiError } from '../../api.ts';
import { formatDateTime } from '../../i18n.ts';
import { staffCall, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { ErrorState, Notice } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import css from './Encoder.module.css';
import { useEncoderText } from './texts.ts';

/** Where to send, by which key, and how OBS is set. */
export function EncoderSheet({ showId, onClose }: { showId: string; onClose: () => void }) {
  const t = useEncoderText();
  const { data, error, reload } = useLoad(`encoder ${showId}`, (signal) =>
    staffCall(ingestApi.get, { id: showId }, { signal }),
  );
  const [renewed, setRenewed] = useState<{ key: string; setup: IngestSetup } | null>(null);
  const setup = renewed?.setup ?? data;
  return (
    <Sheet
      title={t.title}
      place="dialog"
      onClose={onClose}
      foot={
        <Button kind="fill" size="touch" onClick={onClose}>
          {t.close}
        </Button>
      }
    >
      <div className={css.sheet}>
        {error && !setup && <ErrorState title={t.loadFailed} error={error} onRetry={reload} />}
        {setup && (
          <>
            <p>{t.lead}</p>
            {setup.key?.refused && <Refused refused={setup.key.refused} />}
            <Address label={t.server} hint={t.serverHint} value={setup.whipUrl} />
            <KeyField showId={showId} setup={setup} made={renewed?.key ?? null} onRenewed={setRenewed} />
            {setup.rtmpUrl !== null && <Address label={t.rtmpServer} hint={t.rtmpHint} value={setup.rtmpUrl} />}
            <section>
              <h3>{t.settings}</h3>
              <ol>
                {[t.step1, t.step2, t.step3, t.step4].map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            </section>
          </>
        )}
      </div>
    </Sheet>
  );
}

function Address({ label, hint, value }: { label: string; hint: string; value: string }) {
  return (
    <div className={css.value}>
      <Field label={label} hint={hint} value={value} readOnly onFocus={(event) => event.target.select()} />
      <Copy text={value} />
    </div>
  );
}

interface KeyFieldProps {
  showId: string;
  setup: IngestSetup;
  /** The key in full, which the server has forgotten already. */
  made: string | null;
  onRenewed: (answer: { key: string; setup: IngestSetup }) => void;
}

function KeyField({ showId, setup, made, onRenewed }: KeyFieldProps) {
  const t = useEncoderText();
  const { brand } = useSession();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function renew(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      onRenewed(await staffCall(ingestApi.renew, { id: showId }));
      setAsking(false);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.code === 'show_ended' ? t.ended : t.failed);
    } finally {
      setBusy(false);
    }
  }

  const { key } = setup;
  const known = key ? t.keyHidden(key.last4, formatDateTime(key.createdAt, brand.timeZone)) : t.noKey;
  return (
    <div className={css.key}>
      <div className={css.value}>
        <Field
          label={made === null ? t.key : t.newKey}
          type={made !== null && !shown ? 'password' : 'text'}
          value={made ?? known}
          readOnly
          autoComplete="off"
          disabled={made === null}
          onFocus={(event) => event.target.select()}
        />
        {made !== null && (
          <>
            <Button size="small" aria-pressed={shown} onClick={() => setShown(!shown)}>
              {shown ? t.hide : t.show}
            </Button>
            <Copy text={made} />
          </>
        )}
        {made === null && (
          <Button size="small" busy={busy} onClick={() => (key ? setAsking(true) : void renew())}>
            {key ? t.renewKey : t.makeKey}
          </Button>
        )}
      </div>
      {made !== null && <Notice tone="caution">{t.once}</Notice>}
      {problem !== null && !asking && <Notice tone="failed">{problem}</Notice>}
      {asking && (
        <Dialog
          title={t.renewTitle}
          confirm={t.renewKey}
          cancel={t.cancel}
          danger
          busy={busy}
          onConfirm={() => void renew()}
          onClose={() => setAsking(false)}
        >
          {t.renewBody}
          {problem !== null && <Notice tone="failed">{problem}</Notice>}
        </Dialog>
      )}
    </div>
  );
}

function Copy({ text }: { text: string }) {
  const t = useEncoderText();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => toast(t.copied),
      () => toast(t.copyFailed),
    );
  return (
    <Button size="small" onClick={() => void copy()}>
      {t.copy}
    </Button>
  );
}

function Refused({ refused }: { refused: NonNullable<IngestKey['refused']> }) {
  const t = useEncoderText();
  const { brand } = useSession();
  const { kind, details, at } = refused;
  const why =
    kind === 'wrong_codec'
      ? t.wrong_codec(String(details.offered))
      : kind === 'no_video'
        ? t.no_video
        : t.bad_offer(String(details.reason));
  return (
    <Notice tone="caution">
      {t.refused(formatDateTime(at, brand.timeZone))} {why}
    </Notice>
  );
}
