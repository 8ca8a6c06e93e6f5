import { useEffect, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { askSession, SessionContext, useSessionState } from './session.ts';
import { ErrorState } from '../ui/states.tsx';
import css from './StaffFrame.module.css';
import { useStaffText } from './texts.ts';

/** Shows its children to a signed-in member; sends everybody else to the sign-in, which leads back here. */
export function StaffOnly({ children }: { children: ReactNode }) {
  const t = useStaffText();
  const state = useSessionState();
  const { pathname, search } = useLocation();
  useEffect(() => {
    if (state.at === 'unknown') void askSession();
  }, [state]);

  switch (state.at) {
    case 'unknown':
      return null;
    case 'failed':
      return (
        <main className={css.page}>
          <ErrorState title={t.unavailable} error={state.error} onRetry={() => void askSession()} />
        </main>
      );
    case 'signed-out':
      return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace />;
    case 'signed-in':
      return <SessionContext value={state.session}>{children}</SessionContext>;
  }
}
