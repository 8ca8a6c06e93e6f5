import { FileUp } from 'lucide-react';
import { useRef, useState, type DragEvent, type FormEvent } from 'react';
import { privacyApi, type ErasureClaims } from '#contracts/privacy';
import { ApiError, call } from '../api.ts';
import { formatDateTime, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { TextArea } from '../ui/Field.tsx';
import { Notice } from '../ui/states.tsx';
import { kindOf } from './kinds.ts';
import css from './Privacy.module.css';
import { PrivacyFrame } from './PrivacyFrame.tsx';
import { usePrivacyText } from './texts.ts';

type Checked = { at: 'valid'; claims: ErasureClaims } | { at: 'invalid' } | { at: 'failed' } | { at: 'checking' };

/** A receipt is not larger; a film that was dropped by mistake is not read. */
const MOST_BYTES = 100_000;

/** Anybody who holds a receipt of an erasure can see that it is genuine, and what it says. */
export default function ReceiptPage() {
  const t = usePrivacyText();
  const [text, setText] = useState('');
  const [checked, setChecked] = useState<Checked | null>(null);
  const chooser = useRef<HTMLInputElement>(null);

  async function check(receipt: string): Promise<void> {
    if (receipt === '') return;
    setChecked({ at: 'checking' });
    try {
      setChecked({ at: 'valid', claims: await call(privacyApi.verify, { receipt }) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const isRefused = error.code === 'receipt_invalid' || error.code === 'invalid_request';
      setChecked({ at: isRefused ? 'invalid' : 'failed' });
    }
  }

  async function read(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > MOST_BYTES) return setChecked({ at: 'invalid' });
    const receipt = (await file.text()).trim();
    setText(receipt);
    await check(receipt);
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void check(text.replace(/\s/g, ''));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  return (
    <PrivacyFrame title={t.receiptTitle}>
      <h1>{t.receiptTitle}</h1>
      <p className={css.lead}>{t.receiptLead}</p>
      <form className={css.form} onSubmit={submit} onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <TextArea
          label={t.receiptField}
          hint={t.receiptHint}
          rows={6}
          spellCheck={false}
          autoComplete="off"
          className={css.code}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChecked(null);
          }}
        />
        <div className={css.answers}>
          <Button size="touch" onClick={() => chooser.current?.click()}>
            <FileUp size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.chooseFile}
          </Button>
          <Button
            type="submit"
            kind="fill"
            size="touch"
            busy={checked?.at === 'checking'}
            disabled={text.trim() === ''}
          >
            {t.verify}
          </Button>
        </div>
        <input
          ref={chooser}
          type="file"
          accept=".txt,.jws,text/plain"
          hidden
          aria-label={t.chooseFile}
          onChange={(event) => void read(event.target.files?.[0])}
        />
      </form>
      <div className={css.outcome} aria-live="polite">
        {checked?.at === 'invalid' ? <Notice tone="failed">{t.invalid}</Notice> : null}
        {checked?.at === 'failed' ? <Notice tone="failed">{t.verifyFailed}</Notice> : null}
        {checked?.at === 'valid' ? <Claims claims={checked.claims} /> : null}
      </div>
      <p className={css.small}>
        {t.keysNote} <a href={privacyApi.keys.path}>{t.keysLink}</a>
      </p>
    </PrivacyFrame>
  );
}

function Claims({ claims }: { claims: ErasureClaims }) {
  const t = usePrivacyText();
  const facts = [
    [t.erasedAt, formatDateTime(claims.erasedAt)],
    [t.by, claims.iss],
    [t.receiptId, claims.jti],
    [t.brandId, claims.brandId],
    [t.personId, claims.personId],
    [t.subjects, t.subjectCount(claims.subjectIds.length)],
  ];
  return (
    <>
      <Notice tone="done">{t.valid}</Notice>
      <dl className={css.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <Counts name={t.gone} counts={claims.erased} />
        <Counts name={t.kept} counts={claims.pseudonymous} />
      </dl>
    </>
  );
}

function Counts({ name, counts }: { name: string; counts: Record<string, number> }) {
  const t = usePrivacyText();
  const locale = useLocale();
  const tables = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {tables.length === 0 ? t.noneKept : null}
        <ul className={css.counts}>
          {tables.map(([table, count]) => (
            <li key={table}>
              <span>{kindOf(table, locale)}</span>
              <b>{t.rowCount(count)}</b>
            </li>
          ))}
        </ul>
      </dd>
    </div>
  );
}
