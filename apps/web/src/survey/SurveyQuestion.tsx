import { CircleCheck } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { Survey } from '#contracts/surveys';
import { Button } from '../ui/Button.tsx';
import { questionOf } from './question.ts';
import { Scale } from './Scale.tsx';
import css from './SurveyQuestion.module.css';
import { useSurveyText } from './texts.ts';
import type { Answering } from './useAnswering.ts';

const COMMENT_MAX = 500;

interface SurveyQuestionProps {
  survey: Survey;
  answering: Answering;
  /** The show is on while it is asked. */
  isOn?: boolean;
  heading?: 'h1' | 'h2' | 'p';
}

/** The question with its scale; once it is answered, thanks and a field for a word on it. */
export function SurveyQuestion({ survey, answering, isOn = false, heading: Heading = 'p' }: SurveyQuestionProps) {
  const t = useSurveyText();
  const id = useId();
  const { state, score } = answering;
  const [isCommenting, setCommenting] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const sending = state === 'sending';
  // A comment is sent, or has failed, with the field in place: its words must not be lost.
  const answered = state === 'thanked' || state === 'commented' || (isCommenting && state !== 'over');

  return (
    <div ref={box} className={css.question} tabIndex={-1}>
      {answered ? (
        <Answered
          answering={answering}
          onComment={(text) => {
            setCommenting(true);
            void answering.comment(text);
          }}
          onChange={() => {
            setCommenting(false);
            answering.reopen();
            box.current?.focus();
          }}
        />
      ) : state === 'over' ? (
        <p className={css.thanks} role="status">
          {t.over}
        </p>
      ) : (
        <>
          <Heading id={id} className={css.ask}>
            {questionOf(survey, t, isOn)}
          </Heading>
          <Scale
            kind={survey.kind}
            labelledBy={id}
            chosen={score}
            busy={sending}
            onChoose={(next) => void answering.choose(next)}
          />
          {state === 'failed' ? (
            <p className={css.failed} role="alert">
              {t.failed}
            </p>
          ) : null}
        </>
      )}
    </div>
  );
}

interface AnsweredProps {
  answering: Answering;
  onComment: (text: string) => void;
  onChange: () => void;
}

function Answered({ answering: { state }, onComment, onChange }: AnsweredProps) {
  const t = useSurveyText();
  const id = useId();
  const [text, setText] = useState('');
  const commented = state === 'commented';
  return (
    <>
      <p className={css.thanks} role="status">
        <CircleCheck size={20} strokeWidth={1.75} aria-hidden="true" />
        <span>{commented ? t.sent : t.thanks}</span>
      </p>
      {commented ? null : (
        <form
          className={css.comment}
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '' && state !== 'sending') onComment(text.trim());
          }}
        >
          <label htmlFor={id} className="sr">
            {t.comment}
          </label>
          <input
            id={id}
            value={text}
            maxLength={COMMENT_MAX}
            placeholder={t.comment}
            aria-describedby={`${id}-hint`}
            autoComplete="off"
            onChange={(event) => setText(event.target.value)}
          />
          <Button type="submit" size="touch" busy={state === 'sending'} disabled={text.trim() === ''}>
            {t.send}
          </Button>
        </form>
      )}
      <p className={css.small}>
        <span id={`${id}-hint`}>{commented ? null : t.commentHint}</span>
        <button type="button" onClick={onChange}>
          {t.change}
        </button>
      </p>
      {state === 'failed' ? (
        <p className={css.failed} role="alert">
          {t.failed}
        </p>
      ) : null}
    </>
  );
}
