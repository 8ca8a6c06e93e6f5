import { useEffect, useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { accountsApi } from '#contracts/accounts';
import { ApiError, call } from '../api.ts';
import { issuePaths, noIssues } from '../staff/form-issues.ts';
import { askSession, signedIn, useSessionState } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Notice } from '../ui/states.tsx';
import { AccountFrame } from './AccountFrame.tsx';
import css from './AccountFrame.module.css';
import { next } from './next.ts';
import { useAccountText } from './texts.ts';

export default function SignInPage() {
  const t = useAccountText();
  const [query] = useSearchParams();
  const state = useSessionState();
  const setup = useLoad('setup', (signal) => call(accountsApi.setup, {}, { signal }));
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [issues, setIssues] = useState(noIssues);
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  useEffect(() => {
    if (state.at === 'unknown') void askSession();
  }, [state]);

  if (state.at === 'signed-in') return <Navigate to={next(query)} replace />;
  if (setup.data?.needsFirstMember) return <Navigate to="/setup" replace />;

  async function submit(): Promise<void> {
    const request = accountsApi.signIn.request.safeParse({ email: email.trim(), password });
    setRefusal(null);
    setIssues(request.success ? noIssues : issuePaths(request.error.issues));
    if (!request.success) return;
    setBusy(true);
    try {
      signedIn(await call(accountsApi.signIn, request.data));
    } catch (error) {
      setRefusal(error instanceof ApiError ? error : ApiError.unavailable(String(error)));
      setBusy(false);
    }
  }

  function words(error: ApiError): string {
    if (error.code === 'wrong_credentials' || error.code === 'unauthenticated') return t.wrong;
    if (error.code === 'rate_limited') return t.tooMany(Math.ceil(Number(error.details.retryAfterMs ?? 60_000) / 1000));
    return error.code === 'unavailable' ? t.unavailable : t.failed;
  }

  return (
    <AccountFrame title={t.signIn} lead={t.signInLead}>
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        {refusal && <Notice tone="failed">{words(refusal)}</Notice>}
        <Field
          label={t.email}
          type="email"
          name="email"
          autoComplete="username"
          inputMode="email"
          autoFocus
          value={email}
          onChange={(event) => setEmail(event.target.value)}
          error={issues.has('email') ? t.notEmail : undefined}
        />
        <Field
          label={t.password}
          type="password"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={issues.has('password') ? t.noPassword : undefined}
        />
        <Button type="submit" kind="fill" size="big" wide busy={busy}>
          {t.signIn}
        </Button>
      </form>
      {setup.data?.demo && <p className={css.aside}>{t.demo}</p>}
    </AccountFrame>
  );
}
