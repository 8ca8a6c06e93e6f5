import { useEffect, type ReactNode } from 'react';
import { Navigate, useLocation } from 'react-router';
import { StaffError } from './StaffError.tsx';
import { askSession, SessionContext, useSessionState } from './session.ts';

/** Shows its children to a signed-in member; sends everybody else to the sign-in, which leads back here. */
export function StaffOnly({ children }: { children: ReactNode }) {
  const state = useSessionState();
  const { pathname, search } = useLocation();
  useEffect(() => {
    if (state.at === 'unknown') void askSession();
  }, [state]);

  switch (state.at) {
    case 'unknown':
      return null;
    case 'failed':
      return <StaffError error={state.error} onRetry={() => void askSession()} />;
    case 'signed-out':
      return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace />;
    case 'signed-in':
      return <SessionContext value={state.session}>{children}</SessionContext>;
  }
}
