import { useEffect } from 'react';
import { useParams } from 'react-router';
import type { ErrorCode } from '#contracts/errors';
import { surveysApi, type Survey } from '#contracts/surveys';
import { call } from '../api.ts';
import { LanguageSwitch } from '../staff/StaffFrame.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { ErrorState, Loading, Notice, Skeleton } from '../ui/states.tsx';
import css from './SurveyPage.module.css';
import { SurveyQuestion } from './SurveyQuestion.tsx';
import { useSurveyText } from './texts.ts';
import { useAnswering } from './useAnswering.ts';

/** Opened by the link of a mail, in whatever browser: one question. */
export default function SurveyPage() {
  const t = useSurveyText();
  const { token = '' } = useParams();
  const { data, error, reload } = useLoad(token, (signal) => call(surveysApi.byLink, { token }, { signal }));
  const brandName = data?.survey.brandName;
  useEffect(() => {
    document.title = brandName === undefined ? t.title : `${t.title} | ${brandName}`;
  }, [t.title, brandName]);
  const refused: Partial<Record<ErrorCode, string>> = {
    not_found: t.linkOver,
    grant_expired: t.linkOver,
    grant_invalid: t.linkInvalid,
  };
  const said = error ? refused[error.code] : undefined;
  return (
    <div className={css.page}>
      <header className={css.bar}>
        <span>{brandName}</span>
        <LanguageSwitch />
      </header>
      <main className={css.column}>
        {data ? (
          <Question survey={data.survey} token={token} />
        ) : said ? (
          <Notice>{said}</Notice>
        ) : error ? (
          <ErrorState title={t.linkFailed} error={error} onRetry={reload} />
        ) : (
          <Loading>
            <Skeleton height={28} />
            <Skeleton height={64} className={css.bone} />
          </Loading>
        )}
      </main>
    </div>
  );
}

function Question({ survey, token }: { survey: Survey; token: string }) {
  const t = useSurveyText();
  const answering = useAnswering((score, comment) => call(surveysApi.answerByLink, { token, score, comment }));
  const { state } = answering;
  return (
    <div className={css.question}>
      <SurveyQuestion survey={survey} answering={answering} heading="h1" />
      <p className={css.hint}>
        {state === 'commented' || state === 'over' ? t.done : state === 'asked' ? t.oneTap : ''}
      </p>
    </div>
  );
}
