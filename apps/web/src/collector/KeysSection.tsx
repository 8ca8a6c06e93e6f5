import { useState } from 'react';
import { collectorApi, type WriteKey, type WriteKeyKind } from '#contracts/collector';
import { ApiError } from '../api.ts';
import { formatDateTime } from '../i18n.ts';
import { staffCall, useSession } from '../staff/session.ts';
import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import { Field, Select } from '../ui/Field.tsx';
import { Notice } from '../ui/states.tsx';
import { Tag } from '../ui/Tag.tsx';
import { toast } from '../ui/toast.tsx';
import css from './Collector.module.css';
import { exampleFor } from './examples.ts';
import { CopyButton, OnceShown } from './OnceShown.tsx';
import { useCollectorText } from './texts.ts';

export function KeysSection({ keys, onChange }: { keys: WriteKey[]; onChange: () => void }) {
  const t = useCollectorText();
  const [made, setMade] = useState<{ key: WriteKey; writeKey: string } | null>(null);
  const [revoking, setRevoking] = useState<WriteKey | null>(null);
  return (
    <section className={css.section} aria-labelledby="collector-keys">
      <header>
        <h2 id="collector-keys">{t.keys}</h2>
        <p>{t.keysLead}</p>
      </header>
      {made && <MadeKey made={made} />}
      {keys.length === 0 ? (
        <p>{t.noKeys}</p>
      ) : (
        <ul className={css.keys}>
          {keys.map((key) => (
            <KeyLine key={key.id} writeKey={key} onRevoke={() => setRevoking(key)} />
          ))}
        </ul>
      )}
      <NewKey
        onMade={(one) => {
          setMade(one);
          onChange();
        }}
      />
      {revoking && (
        <RevokeDialog
          writeKey={revoking}
          onDone={() => {
            if (made?.key.id === revoking.id) setMade(null);
            onChange();
          }}
          onClose={() => setRevoking(null)}
        />
      )}
    </section>
  );
}

function MadeKey({ made: { key, writeKey } }: { made: { key: WriteKey; writeKey: string } }) {
  const t = useCollectorText();
  const { kind, name } = key;
  const example = exampleFor(kind, writeKey, window.location.origin);
  return (
    <OnceShown title={t.made({ name })} value={writeKey}>
      <h4>{kind === 'browser' ? t.snippet : t.serverExample}</h4>
      <pre className={css.code} tabIndex={0}>
        {example}
      </pre>
      <p>
        <CopyButton text={example} />
      </p>
    </OnceShown>
  );
}

function KeyLine({ writeKey, onRevoke }: { writeKey: WriteKey; onRevoke: () => void }) {
  const t = useCollectorText();
  const { brand } = useSession();
  const time = (at: string) => formatDateTime(at, brand.timeZone);
  const { kind, name, last4, createdAt, usedAt, revokedAt } = writeKey;
  const facts = [
    t[kind],
    t.endsIn(last4),
    t.createdAt(time(createdAt)),
    usedAt ? t.usedAt(time(usedAt)) : t.neverUsed,
    revokedAt ? t.revokedAt(time(revokedAt)) : '',
  ];
  return (
    <li data-off={revokedAt ? '' : undefined}>
      <div>
        <b>{name}</b>
        <small>{facts.filter(Boolean).join(' · ')}</small>
      </div>
      <Tag tone={revokedAt ? 'plain' : 'matsu'}>{revokedAt ? t.revoked : t.inUse}</Tag>
      {!revokedAt && (
        <Button kind="danger" aria-label={`${t.revoke}: ${name}`} onClick={onRevoke}>
          {t.revoke}
        </Button>
      )}
    </li>
  );
}

function NewKey({ onMade }: { onMade: (made: { key: WriteKey; writeKey: string }) => void }) {
  const t = useCollectorText();
  const [name, setName] = useState('');
  const [kind, setKind] = useState<WriteKeyKind>('browser');
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function create(): Promise<void> {
    const said = name.trim();
    setMissing(said === '' || said.length > 60);
    if (said === '' || said.length > 60) return;
    setBusy(true);
    setProblem(null);
    try {
      onMade(await staffCall(collectorApi.createKey, { kind, name: said }));
      setName('');
    } catch (error) {
      setProblem(error instanceof ApiError && error.code === 'unavailable' ? t.unavailable : t.failed);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      noValidate
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void create();
      }}
    >
      <Field
        label={t.name}
        hint={t.nameHint}
        error={missing ? t.nameMissing : undefined}
        value={name}
        maxLength={60}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      <Select
        label={t.kind}
        hint={kind === 'browser' ? t.browserHint : t.serverHint}
        value={kind}
        onChange={(event) => setKind(event.target.value as WriteKeyKind)}
      >
        <option value="browser">{t.browser}</option>
        <option value="server">{t.server}</option>
      </Select>
      <footer>
        <Button type="submit" kind="fill" size="touch" busy={busy}>
          {t.create}
        </Button>
        {problem !== null && <Notice tone="failed">{problem}</Notice>}
      </footer>
    </form>
  );
}

function RevokeDialog({ writeKey, onDone, onClose }: { writeKey: WriteKey; onDone: () => void; onClose: () => void }) {
  const t = useCollectorText();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function revoke(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await staffCall(collectorApi.revokeKey, { id: writeKey.id });
      toast(t.revokedToast);
      onDone();
      onClose();
    } catch (error) {
      setProblem(error instanceof ApiError && error.code === 'unavailable' ? t.unavailable : t.failed);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog
      title={t.revokeTitle(writeKey.name)}
      confirm={t.revoke}
      cancel={t.cancel}
      danger
      busy={busy}
      onConfirm={() => void revoke()}
      onClose={onClose}
    >
      {t.revokeBody}
      {problem !== null && <Notice tone="failed">{problem}</Notice>}
    </Dialog>
  );
}
