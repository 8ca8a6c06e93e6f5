import { Angry, Frown, Laugh, Meh, Smile, Star } from 'lucide-react';
import { surveyScale, type SurveyKind } from '#contracts/surveys';
import { endsOf, meaningOf } from './question.ts';
import css from './Scale.module.css';
import { useSurveyText } from './texts.ts';

const faces = [Angry, Frown, Meh, Smile, Laugh];

interface ScaleProps {
  kind: SurveyKind;
  /** Id of the question. */
  labelledBy: string;
  chosen: number | null;
  busy: boolean;
  onChoose: (score: number) => void;
}

/** All scores of a kind side by side; one tap is the answer. */
export function Scale({ kind, labelledBy, chosen, busy, onChoose }: ScaleProps) {
  const t = useSurveyText();
  const [lowest, highest] = surveyScale[kind];
  const [least, most] = endsOf(kind, t);
  const scores = Array.from({ length: highest - lowest + 1 }, (_, index) => lowest + index);
  return (
    <div className={css.scale} role="group" aria-labelledby={labelledBy}>
      <div className={css.scores} data-kind={kind}>
        {scores.map((score) => {
          const Face = faces[score - 1];
          return (
            <button
              key={score}
              type="button"
              aria-label={meaningOf(kind, score, t)}
              aria-pressed={chosen === score}
              aria-disabled={busy || undefined}
              data-passed={kind === 'stars' && chosen !== null && score <= chosen ? '' : undefined}
              onClick={() => {
                if (!busy) onChoose(score);
              }}
            >
              {kind === 'csat' && Face ? <Face size={24} strokeWidth={1.75} aria-hidden="true" /> : null}
              {kind === 'stars' ? <Star size={24} strokeWidth={1.75} aria-hidden="true" /> : null}
              <span>{score}</span>
            </button>
          );
        })}
      </div>
      <p className={css.ends} aria-hidden="true">
        <span>{least}</span>
        <span>{most}</span>
      </p>
    </div>
  );
}
