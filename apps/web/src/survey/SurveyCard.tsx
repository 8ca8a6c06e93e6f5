import { X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { surveysApi, type Survey } from '#contracts/surveys';
import { call } from '../api.ts';
import css from './SurveyCard.module.css';
import { SurveyQuestion } from './SurveyQuestion.tsx';
import { useSurveyText } from './texts.ts';
import { useAnswering } from './useAnswering.ts';

/** How long thanks stay while nobody writes a word on it. */
const THANKS_MS = 12_000;

interface SurveyCardProps {
  survey: Survey;
  isOn: boolean;
  onClose: () => void;
}

/** One question to a viewer, on a card of its own that can be put away. */
export function SurveyCard({ survey, isOn, onClose }: SurveyCardProps) {
  const t = useSurveyText();
  const answering = useAnswering((score, comment) => call(surveysApi.answer, { id: survey.id, score, comment }));
  const card = useRef<HTMLElement>(null);
  const { state } = answering;
  const isDone = state === 'thanked' || state === 'commented' || state === 'over';
  useEffect(() => {
    if (!isDone) return;
    const timer = setInterval(() => {
      const field = card.current?.querySelector('input');
      if (!field || (field.value === '' && field !== document.activeElement)) onClose();
    }, THANKS_MS);
    return () => clearInterval(timer);
  }, [isDone, onClose]);
  return (
    <section ref={card} className={css.card} data-theme="light" aria-label={t.label}>
      <SurveyQuestion survey={survey} answering={answering} isOn={isOn} />
      <button type="button" className={css.close} aria-label={t.close} onClick={onClose}>
        <X size={20} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </section>
  );
}
