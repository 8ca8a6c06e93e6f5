import { surveyScale } from '#contracts/surveys';
import { formatNumber } from '../../i18n.ts';
import { BarChart } from '../charts/index.ts';
import { standingOf, type KindFigures } from './survey-figures.ts';
import { useSurveysText } from './texts.ts';

/** How many people gave each score; those who count for the figure are drawn in its colour. */
export function Distribution({ figures: { kind, counts } }: { figures: KindFigures }) {
  const t = useSurveysText();
  const [lowest] = surveyScale[kind];
  return (
    <BarChart
      title={t.distribution(t[kind])}
      csvName={`survey-${kind}`}
      of={t.score}
      measure={t.people}
      format={(count) => t.peopleCount(formatNumber(count))}
      bars={counts.map((value, index) => ({
        name: String(lowest + index),
        value,
        tone: standingOf(kind, lowest + index) === 'good' ? 1 : 4,
      }))}
    />
  );
}
