import { useState } from 'react';
import { Navigate, useNavigate } from 'react-router';
import { accountsApi } from '#contracts/accounts';
import { ApiError, call } from '../api.ts';
import { issuePaths, noIssues } from '../staff/form-issues.ts';
import { signedIn } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { Notice } from '../ui/states.tsx';
import { AccountFrame } from './AccountFrame.tsx';
import css from './AccountFrame.module.css';
import { useAccountText } from './texts.ts';

const empty = { setupCode: '', brandName: '', name: '', email: '', password: '' };

/** Makes the brand and its owner, once, while nobody is a member yet. */
export default function SetupPage() {
  const t = useAccountText();
  const navigate = useNavigate();
  const setup = useLoad('setup', (signal) => call(accountsApi.setup, {}, { signal }));
  const [form, setForm] = useState(empty);
  const [busy, setBusy] = useState(false);
  const [issues, setIssues] = useState(noIssues);
  const [problem, setProblem] = useState<string | null>(null);

  if (setup.data && !setup.data.needsFirstMember && !busy) return <Navigate to="/sign-in" replace />;

  async function submit(): Promise<void> {
    const request = accountsApi.createFirstMember.request.safeParse({
      ...form,
      setupCode: form.setupCode.trim(),
      email: form.email.trim(),
    });
    setProblem(null);
    const found = new Set(request.success ? [] : issuePaths(request.error.issues));
    if (form.setupCode.trim() === '') found.add('setupCode');
    setIssues(found);
    if (!request.success || found.size > 0) return;
    setBusy(true);
    try {
      signedIn(await call(accountsApi.createFirstMember, request.data));
      await navigate('/shows', { replace: true });
    } catch (error) {
      const refusal = error instanceof ApiError ? error : ApiError.unavailable(String(error));
      if (refusal.code === 'invalid_request') setIssues(issuePaths(refusal.details.issues));
      else if (['wrong_credentials', 'unauthenticated', 'forbidden'].includes(refusal.code)) {
        setIssues(new Set(['setupCode']));
      } else setProblem(refusal.code === 'unavailable' ? t.unavailable : t.failed);
      setBusy(false);
    }
  }

  const field = (name: keyof typeof empty) => ({
    name,
    value: form[name],
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
  });
  const error = (name: keyof typeof empty, words: string) => (issues.has(name) ? words : undefined);

  return (
    <AccountFrame title={t.setup} lead={t.setupLead}>
      <form
        className={css.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        {problem !== null && <Notice tone="failed">{problem}</Notice>}
        <Field
          {...field('setupCode')}
          label={t.setupCode}
          hint={t.setupCodeHint}
          autoComplete="one-time-code"
          autoFocus
          error={error('setupCode', t.setupCodeError)}
        />
        <Field
          {...field('brandName')}
          label={t.brandName}
          autoComplete="organization"
          maxLength={60}
          error={error('brandName', t.brandNameError)}
        />
        <Field
          {...field('name')}
          label={t.name}
          hint={t.nameHint}
          autoComplete="name"
          maxLength={40}
          error={error('name', t.nameError)}
        />
        <Field
          {...field('email')}
          label={t.email}
          type="email"
          autoComplete="username"
          inputMode="email"
          error={error('email', t.notEmail)}
        />
        <Field
          {...field('password')}
          label={t.password}
          hint={t.newPasswordHint}
          type="password"
          autoComplete="new-password"
          error={error('password', t.newPasswordError)}
        />
        <Button type="submit" kind="fill" size="big" wide busy={busy}>
          {t.begin}
        </Button>
      </form>
    </AccountFrame>
  );
}
