import { useCallback, useEffect, useState } from 'react';
import { insightsApi, type ShowCurve, type ShowInsights } from '#contracts/insights';
import { showsApi, type ShowState } from '#contracts/shows';
import { ApiError } from '../api.ts';
import { staffCall } from '../staff/session.ts';

const pollMs: Record<ShowState, number> = { live: 1000, starting: 1000, scheduled: 5000, ended: 60_000 };
const RETRY_MS = 3000;

export interface ShowFigures {
  figures: ShowInsights | null;
  /** The last attempt failed; `figures` are then those of before. */
  error: ApiError | null;
  reload: () => void;
}

/** The figures of a show, asked for again each second while it is live: a page in the background rests. */
export function useShowFigures(id: string): ShowFigures {
  const [answer, setAnswer] = useState<{ id: string; figures: ShowInsights | null; error: ApiError | null } | null>(
    null,
  );
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asking = false;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      if (asking || document.hidden) return;
      asking = true;
      let next = RETRY_MS;
      try {
        const figures = await staffCall(insightsApi.show, { id }, { signal: abort.signal });
        next = pollMs[figures.show.state];
        setAnswer({ id, figures, error: null });
      } catch (error) {
        if (abort.signal.aborted) return;
        const known = error instanceof ApiError ? error : ApiError.unavailable(String(error));
        setAnswer((before) => ({ id, figures: before?.id === id ? before.figures : null, error: known }));
      } finally {
        asking = false;
      }
      if (!abort.signal.aborted) timer = setTimeout(() => void ask(), next);
    };
    const onVisible = () => void ask();
    document.addEventListener('visibilitychange', onVisible);
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [id, attempt]);

  const current = answer?.id === id ? answer : null;
  return {
    figures: current?.figures ?? null,
    error: current?.error ?? null,
    reload: useCallback(() => setAttempt((before) => before + 1), []),
  };
}

const CURVE_EVERY_MS = 5_000;

/** The show by the second; while it is live, asked for again every few seconds. The last answer stays while a new one is on its way. */
export function useShowCurve(id: string, state: ShowState | null): ShowCurve | null {
  const [curve, setCurve] = useState<{ id: string; curve: ShowCurve } | null>(null);
  useEffect(() => {
    if (state === null) return;
    const abort = new AbortController();
    const ask = () => {
      if (document.hidden) return;
      staffCall(insightsApi.curve, { id }, { signal: abort.signal }).then(
        (found) => setCurve({ id, curve: found }),
        () => undefined, // the figures of the page say that they are stale
      );
    };
    ask();
    const timer = state === 'live' ? setInterval(ask, CURVE_EVERY_MS) : undefined;
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [id, state]);
  return curve?.id === id ? curve.curve : null;
}

interface Previous {
  figures: ShowInsights;
  curve: ShowCurve;
}

/** The show that went live before this one, to compare with; null when there is none or it cannot be had. */
export function usePreviousShow(id: string, liveSince: string | null): Previous | null {
  const [previous, setPrevious] = useState<Previous | null>(null);
  useEffect(() => {
    if (liveSince === null) return;
    const abort = new AbortController();
    const { signal } = abort;
    const find = async (): Promise<void> => {
      const { shows } = await staffCall(showsApi.list, {}, { signal });
      const before = shows
        .filter(
          (show) => show.id !== id && show.state === 'ended' && show.liveSince !== null && show.liveSince < liveSince,
        )
        .toSorted((a, b) => (b.liveSince ?? '').localeCompare(a.liveSince ?? ''))[0];
      if (!before) return setPrevious(null);
      const [figures, curve] = await Promise.all([
        staffCall(insightsApi.show, { id: before.id }, { signal }),
        staffCall(insightsApi.curve, { id: before.id }, { signal }),
      ]);
      setPrevious(curve.viewers.length > 1 ? { figures, curve } : null);
    };
    find().catch(() => undefined); // the page is whole without a comparison
    return () => abort.abort();
  }, [id, liveSince]);
  return previous;
}
