import { useSession } from '../../staff/session.ts';
import { surveyScale, type SurveyResult } from '#contracts/surveys';
import { formatDateTime, formatNumber } from '../../i18n.ts';
import { Tag } from '../../ui/Tag.tsx';
import { ChartFigure } from '../charts/ChartFigure.tsx';
import type { TableTwin } from '../charts/types.ts';
import { responseRate, valueWords } from './survey-figures.ts';
import css from './Surveys.module.css';
import { useSurveysText } from './texts.ts';

/** Each time that it was asked, newest first. */
export function Waves({ surveys }: { surveys: readonly SurveyResult[] }) {
  const t = useSurveysText();
  const { brand } = useSession();
  const rate = (survey: SurveyResult) => {
    const share = responseRate(survey);
    return share === null ? '—' : formatNumber(share, { style: 'percent' });
  };
  const about = (survey: SurveyResult) => survey.productName ?? survey.showTitle ?? brand.name;
  const text = (words: string) => ({ shown: words, csv: words });
  const number = (value: number) => ({ shown: formatNumber(value), csv: value });
  const twin: TableTwin = {
    columns: [
      ...[t.openedAt, t.kind, t.asked, t.about].map((name) => ({ name })),
      ...[t.result, t.answers, t.sent, ...Array.from({ length: 11 }, (_, score) => String(score))].map((name) => ({
        name,
        numeric: true,
      })),
    ],
    rows: surveys.map((survey) => {
      const [lowest] = surveyScale[survey.kind];
      return [
        { shown: formatDateTime(survey.openedAt, brand.timeZone), csv: survey.openedAt },
        text(t[survey.kind]),
        text(t[survey.moment]),
        text(about(survey)),
        { shown: valueWords(survey.kind, survey.value), csv: survey.value },
        number(survey.answers),
        number(survey.asked),
        ...Array.from({ length: 11 }, (_, score) => {
          const count = survey.counts[score - lowest];
          return count === undefined ? { shown: '', csv: null } : number(count);
        }),
      ];
    }),
  };
  return (
    <ChartFigure title={t.waves} csvName="surveys" twin={twin} isTable>
      <table className={css.waves}>
        <thead>
          <tr>
            <th scope="col">{t.openedAt}</th>
            <th scope="col">{t.kind}</th>
            <th scope="col">{t.about}</th>
            <th scope="col">{t.result}</th>
            <th scope="col">{t.answers}</th>
            <th scope="col">{t.responses}</th>
          </tr>
        </thead>
        <tbody>
          {surveys.map((survey) => (
            <tr key={survey.id}>
              <td>
                {formatDateTime(survey.openedAt, brand.timeZone)}
                <small>
                  {t[survey.moment]}
                  {survey.moment === 'room' && survey.closedAt === null ? <Tag tone="shu">{t.open}</Tag> : null}
                </small>
              </td>
              <td>{t[survey.kind]}</td>
              <td>{about(survey)}</td>
              <td>
                <b>{valueWords(survey.kind, survey.value)}</b>
                <Spread counts={survey.counts} />
              </td>
              <td data-label={t.answers}>{formatNumber(survey.answers)}</td>
              <td data-label={t.responses}>{rate(survey)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ChartFigure>
  );
}

/** The shape of the answers at a glance; the numbers stand in the file and in the chart above. */
function Spread({ counts }: { counts: readonly number[] }) {
  const most = Math.max(1, ...counts);
  return (
    <span className={css.spread} aria-hidden="true">
      {counts.map((count, index) => (
        <i key={index} style={{ transform: `scaleY(${count / most})` }} />
      ))}
    </span>
  );
}
