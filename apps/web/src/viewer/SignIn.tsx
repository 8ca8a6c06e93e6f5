import { useState, type FormEvent } from 'react';
import * as z from 'zod/mini';
import { CODE_DIGITS, CODE_MINUTES } from '#contracts/viewer-account';
import { ApiError } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { Edge } from '../ui/Edge.tsx';
import { Field } from '../ui/Field.tsx';
import { Notice } from '../ui/states.tsx';
import css from './Account.module.css';
import { useViewerText } from './texts.ts';
import { requestCode, signIn } from './viewer-state.ts';

const Email = z.email().check(z.maxLength(254));
/** Figures of a Japanese keyboard are figures; a copied code may bring spaces. */
const digitsOf = (typed: string) => typed.normalize('NFKC').replace(/\D/g, '').slice(0, CODE_DIGITS);

/** React lets a submission rise to the form of the checkout that this one may stand over. */
function stay(event: FormEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

interface Sent {
  email: string;
  expiresAt: string;
}

/** Address, then code. Nobody needs it, and it says so. */
export function SignIn({ brandId, onSignedIn }: { brandId: string; onSignedIn: (asAnother: boolean) => void }) {
  const t = useViewerText();
  const [email, setEmail] = useState('');
  const [sent, setSent] = useState<Sent | null>(null);
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<{ tone: 'failed' | 'info'; text: string } | null>(null);
  const [refused, setRefused] = useState<string | null>(null);

  function words(error: unknown): string {
    if (!(error instanceof ApiError)) return t.broken;
    if (error.code === 'rate_limited') {
      return t.tooMany({ minutes: Math.ceil(Number(error.details.retryAfterMs ?? 60_000) / 60_000) });
    }
    return error.code === 'unavailable' ? t.unavailable : t.broken;
  }

  async function work(step: () => Promise<void>): Promise<void> {
    if (busy) return;
    setBusy(true);
    setSaid(null);
    setRefused(null);
    try {
      await step();
    } catch (error) {
      setSaid({ tone: 'failed', text: words(error) });
    } finally {
      setBusy(false);
    }
  }

  const send = (address: string, again: boolean) =>
    work(async () => {
      const { expiresAt } = await requestCode(brandId, address);
      setSent({ email: address, expiresAt });
      setCode('');
      if (again) setSaid({ tone: 'info', text: t.sentAgain });
    });

  const askForCode = () => {
    const address = Email.safeParse(email.trim());
    if (address.success) void send(address.data, false);
    else setRefused(t.notEmail);
  };

  const enter = (digits: string) =>
    sent &&
    void work(async () => {
      try {
        onSignedIn(await signIn(brandId, sent.email, digits));
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'sign_in_code') throw error;
        const left = Number(error.details.triesLeft ?? 0);
        setRefused(error.details.reason === 'wrong' && left > 0 ? t.wrong({ left }) : t.over);
        setCode('');
      }
    });

  if (!sent) {
    return (
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          stay(event);
          askForCode();
        }}
      >
        <p className={css.why}>{t.why}</p>
        {said && <Notice tone={said.tone}>{said.text}</Notice>}
        <Field
          label={t.email}
          type="email"
          name="email"
          inputMode="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={refused ?? undefined}
        />
        <Button type="submit" kind="fill" size="big" wide busy={busy}>
          {t.sendCode}
        </Button>
      </form>
    );
  }
  return (
    <form
      className={css.form}
      noValidate
      onSubmit={(event) => {
        stay(event);
        if (code.length === CODE_DIGITS) enter(code);
      }}
    >
      <Edge
        from={Date.parse(sent.expiresAt) - CODE_MINUTES * 60_000}
        to={sent.expiresAt}
        tone="ai"
        className={css.edge}
      />
      <p className={css.why} role="status">
        {t.sent({ email: sent.email, minutes: CODE_MINUTES })}
      </p>
      {said && <Notice tone={said.tone}>{said.text}</Notice>}
      <Field
        className={css.code}
        label={t.code}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        hint={t.codeHint}
        value={code}
        onChange={(event) => {
          const digits = digitsOf(event.target.value);
          setCode(digits);
          setRefused(null);
          if (digits.length === CODE_DIGITS && digits !== code) enter(digits);
        }}
        error={refused ?? undefined}
      />
      <Button type="submit" kind="fill" size="big" wide busy={busy} disabled={code.length < CODE_DIGITS}>
        {t.enter}
      </Button>
      <p className={css.aside}>
        <Button kind="quiet" size="touch" onClick={() => void send(sent.email, true)}>
          {t.again}
        </Button>
        <Button kind="quiet" size="touch" onClick={() => setSent(null)}>
          {t.otherAddress}
        </Button>
      </p>
    </form>
  );
}
