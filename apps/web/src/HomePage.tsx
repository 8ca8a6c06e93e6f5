import { useEffect, useState } from 'react';
import { Navigate } from 'react-router';
import { accountsApi } from '#contracts/accounts';
import { ApiError, call } from './api.ts';
import css from './PageError.module.css';
import { texts } from './i18n.ts';
import { ButtonLink } from './ui/ButtonLink.tsx';
import { ErrorState } from './ui/states.tsx';

const useWords = texts({
  ja: {
    welcome: '縁側へようこそ',
    more: '配信を見る方は、店からのリンクを開いてください。店の方は、ここから入れます。',
    signIn: 'サインイン',
    failed: '読み込めませんでした',
  },
  en: {
    welcome: 'Welcome to Engawa',
    more: 'To watch a show, open the link the shop gave you. Staff enter here.',
    signIn: 'Sign in',
    failed: 'This could not be loaded',
  },
});

/** The entrance: staff go to their shows, a new installation to its set-up, anyone else finds the door. */
export default function HomePage() {
  const t = useWords();
  const [found, setFound] = useState<'shows' | 'setup' | 'door' | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (error !== null) return;
    look().then(setFound, setError);
  }, [error]);
  if (error !== null) {
    return (
      <main className={css.page}>
        <ErrorState title={t.failed} error={error} onRetry={() => setError(null)} />
      </main>
    );
  }
  if (found === 'shows') return <Navigate to="/shows" replace />;
  if (found === 'setup') return <Navigate to="/setup" replace />;
  if (found === null) return null;
  return (
    <main className={css.page}>
      <h1>{t.welcome}</h1>
      <p>{t.more}</p>
      <ButtonLink kind="fill" size="touch" to="/sign-in">
        {t.signIn}
      </ButtonLink>
    </main>
  );
}

async function look(): Promise<'shows' | 'setup' | 'door'> {
  try {
    await call(accountsApi.session, {});
    return 'shows';
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'unauthenticated') throw error;
  }
  const { needsFirstMember } = await call(accountsApi.setup, {});
  return needsFirstMember ? 'setup' : 'door';
}
