import { useCallback, useEffect, useState } from 'react';
import { surveysApi, type Survey } from '#contracts/surveys';
import { call, guest } from '../api.ts';
import type { Room } from '../room/useRoom.ts';
import { SurveyCard } from './SurveyCard.tsx';

/** What the host asks this viewer: told by the room, or asked for by who comes later or has been away. */
export default function RoomSurvey({ room }: { room: Room }) {
  const { showId, status, survey: told } = room;
  const [survey, setSurvey] = useState<Survey | null>(null);
  useEffect(() => {
    if (told !== undefined) setSurvey(told);
  }, [told]);
  useEffect(() => {
    if (status !== 'online') return;
    guest()
      .then(() => call(surveysApi.due, { showId, moment: 'room' }))
      .then(
        (due) => setSurvey((now) => due.survey ?? now),
        () => undefined, // a question less is no harm to who watches
      );
  }, [showId, status]);
  const close = useCallback(() => setSurvey(null), []);
  return survey ? <SurveyCard key={survey.id} survey={survey} isOn onClose={close} /> : null;
}
