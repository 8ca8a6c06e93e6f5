import { useStore } from '@nanostores/react';
import { atom } from 'nanostores';
import { createContext, useContext } from 'react';
import { accountsApi, type Session } from '#contracts/accounts';
import type { Endpoint, ReplyOf, RequestOf } from '#contracts/endpoint';
import { may, type Action } from '#contracts/policy';
import { ApiError, call } from '../api.ts';

/** Who is signed in on this browser, asked once per page and kept over navigation. */
export type SessionState =
  { at: 'unknown' } | { at: 'signed-in'; session: Session } | { at: 'signed-out' } | { at: 'failed'; error: ApiError };

const state = atom<SessionState>({ at: 'unknown' });
let asking: Promise<void> | null = null;

export function useSessionState(): SessionState {
  return useStore(state);
}

export function askSession(): Promise<void> {
  asking ??= call(accountsApi.session, {})
    .then(
      (session) => state.set({ at: 'signed-in', session }),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        state.set(error.code === 'unauthenticated' ? { at: 'signed-out' } : { at: 'failed', error });
      },
    )
    .finally(() => {
      asking = null;
    });
  return asking;
}

export function signedIn(session: Session): void {
  state.set({ at: 'signed-in', session });
}

export async function signOut(): Promise<void> {
  await call(accountsApi.signOut, {});
  state.set({ at: 'signed-out' });
}

/** `call` for places of the staff: a session that ended meanwhile leads to the sign-in and back. */
export async function staffCall<E extends Endpoint>(
  endpoint: E,
  request: RequestOf<E>,
  options: { signal?: AbortSignal } = {},
): Promise<ReplyOf<E>> {
  try {
    return await call(endpoint, request, options);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'unauthenticated') state.set({ at: 'signed-out' });
    throw error;
  }
}

export const SessionContext = createContext<Session | null>(null);

/** Whether this member may do something: what they may not is not offered. The api decides all the same. */
export function useMay(): (action: Action) => boolean {
  const { member } = useSession();
  return (action) => may(member.role, action);
}

/** The session of a place below `StaffOnly`, where there always is one. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside StaffOnly');
  return session;
}
