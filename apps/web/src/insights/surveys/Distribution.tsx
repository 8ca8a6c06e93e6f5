import { surveyScale } from '#contracts/surveys';
import { formatNumber } from '../../i18n.ts';
import { ChartFigure } from '../charts/ChartFigure.tsx';
import type { TableTwin } from '../charts/types.ts';
import { standingOf, type KindFigures } from './survey-figures.ts';
import css from './Surveys.module.css';
import { useSurveysText } from './texts.ts';

/** How many people gave each score, as bars with their figure. */
export function Distribution({ figures }: { figures: KindFigures }) {
  const t = useSurveysText();
  const { kind, counts, answers } = figures;
  const [lowest] = surveyScale[kind];
  const most = Math.max(1, ...counts);
  const share = (count: number) => (answers === 0 ? 0 : count / answers);
  const twin: TableTwin = {
    columns: [{ name: t.score }, { name: t.people, numeric: true }, { name: t.share, numeric: true }],
    rows:
      answers === 0
        ? []
        : counts.map((count, index) => [
            { shown: String(lowest + index), csv: lowest + index },
            { shown: formatNumber(count), csv: count },
            { shown: formatNumber(share(count), { style: 'percent' }), csv: share(count) },
          ]),
  };
  return (
    <ChartFigure title={t.distribution(t[kind])} csvName={`survey-${kind}`} twin={twin} height={counts.length * 28}>
      <ol className={css.bars}>
        {counts.map((count, index) => (
          <li key={index}>
            <span>{lowest + index}</span>
            <i>
              <b data-standing={standingOf(kind, lowest + index)} style={{ transform: `scaleX(${count / most})` }} />
            </i>
            <span>{t.peopleCount(formatNumber(count))}</span>
            <span>{formatNumber(share(count), { style: 'percent' })}</span>
          </li>
        ))}
      </ol>
    </ChartFigure>
  );
}
