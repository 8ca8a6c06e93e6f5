import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api.ts';

export interface Loaded<T> {
  data: T | null;
  /** Set when the last attempt failed; `data` is then what an earlier one brought, if any. */
  error: ApiError | null;
  reload: () => void;
}

/** Asks when `key` changes and on `reload`. An answer that was overtaken by a newer question is dropped. */
export function useLoad<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [answer, setAnswer] = useState<{ key: string; data: T | null; error: ApiError | null }>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    ask(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setAnswer({ key, data, error: null });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const known = error instanceof ApiError ? error : ApiError.unavailable(String(error));
        setAnswer((before) => ({ key, data: before?.key === key ? before.data : null, error: known }));
      },
    );
    return () => abort.abort();
    // `ask` is written inline by its callers and new at each render; `key` says when the question is another.
  }, [key, attempt]);
  const current = answer?.key === key ? answer : undefined;
  return {
    data: current?.data ?? null,
    error: current?.error ?? null,
    reload: useCallback(() => setAttempt((n) => n + 1), []),
  };
}
