import { useState, type FormEvent } from 'react';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import { Notice } from '../ui/states.tsx';
import css from './Privacy.module.css';
import { usePrivacyText } from './texts.ts';
import type { Erasing, Refused } from './useErasing.ts';

/** Asks before what cannot be undone: a word is typed, and only then it is done. */
export function EraseDialog({ title, erasing, onClose }: { title: string; erasing: Erasing; onClose: () => void }) {
  const t = usePrivacyText();
  const [typed, setTyped] = useState('');
  const [isWrong, setWrong] = useState(false);
  const { busy, refused } = erasing;
  const close = () => {
    erasing.forget();
    onClose();
  };
  const cannot = refused?.reason === 'blocked' || refused?.reason === 'nothing';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const matches = typed.trim().toLowerCase() === t.word;
    setWrong(!matches);
    if (matches) void erasing.start();
  };
  return (
    <Sheet
      title={title}
      place="dialog"
      onClose={busy ? () => undefined : close}
      foot={
        <div className={css.answers}>
          <Button size="touch" disabled={busy} onClick={close}>
            {t.keep}
          </Button>
          {cannot ? null : (
            <Button type="submit" form="erase" kind="danger-fill" size="touch" busy={busy}>
              {t.erase}
            </Button>
          )}
        </div>
      }
    >
      {cannot ? (
        <RefusedNotice refused={refused} />
      ) : (
        <form id="erase" className={css.form} noValidate onSubmit={submit}>
          <p>{t.questionBody}</p>
          <Field
            label={t.typeWord(t.word)}
            autoComplete="off"
            autoCapitalize="none"
            autoFocus
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            error={isWrong ? t.wrongWord(t.word) : undefined}
          />
          {refused ? <RefusedNotice refused={refused} /> : null}
        </form>
      )}
    </Sheet>
  );
}

function RefusedNotice({ refused }: { refused: Refused }) {
  const t = usePrivacyText();
  switch (refused.reason) {
    case 'blocked':
      return (
        <Notice tone="caution">
          {t.blocked}
          {refused.orders.length > 0 ? <p>{t.blockedOrders(refused.orders.join(', '))}</p> : null}
        </Notice>
      );
    case 'nothing':
      return <Notice>{t.alreadyGone}</Notice>;
    case 'failed':
      return <Notice tone="failed">{t.eraseFailed}</Notice>;
  }
}
