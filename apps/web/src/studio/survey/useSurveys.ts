import { useCallback, useEffect, useState } from 'react';
import { surveysApi, type SurveyResult } from '#contracts/surveys';
import { staffCall } from '../../staff/session.ts';

const EVERY_MS = 3_000;

/** The newest survey that the host sent, with its answers, read again every few seconds while it is open. */
export function useSurveys(showId: string): { newest: SurveyResult | null; put: (survey: SurveyResult) => void } {
  const [newest, setNewest] = useState<SurveyResult | null>(null);
  const put = useCallback(
    (survey: SurveyResult) =>
      setNewest((known) => (known === null || survey.openedAt >= known.openedAt ? survey : known)),
    [],
  );
  const isOpen = newest?.closedAt === null;
  useEffect(() => {
    const abort = new AbortController();
    const read = () =>
      staffCall(surveysApi.ofShow, { showId }, { signal: abort.signal }).then(
        ({ surveys }) => {
          const found = surveys.find(({ moment }) => moment === 'room');
          if (found && !abort.signal.aborted) put(found);
        },
        () => undefined, // the next reading may succeed
      );
    void read();
    const timer = isOpen ? setInterval(() => void read(), EVERY_MS) : undefined;
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [showId, isOpen, put]);
  return { newest, put };
}
