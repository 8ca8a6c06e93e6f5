import { useCallback, useEffect, useState } from 'react';
import { surveysApi, type Survey } from '#contracts/surveys';
import { call, guest } from '../api.ts';
import { SurveyCard } from './SurveyCard.tsx';

/** Asks who is there when the show is over how it was. */
export function LeaveSurvey({ showId }: { showId: string }) {
  const [survey, setSurvey] = useState<Survey | null>(null);
  useEffect(() => {
    guest()
      .then(() => call(surveysApi.due, { showId, moment: 'leave' }))
      .then(
        (due) => setSurvey((now) => due.survey ?? now),
        () => undefined,
      );
  }, [showId]);
  const close = useCallback(() => setSurvey(null), []);
  return survey ? <SurveyCard key={survey.id} survey={survey} isOn={false} onClose={close} /> : null;
}
