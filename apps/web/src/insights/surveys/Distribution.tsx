import { surveyScale } from '#contracts/surveys';
import { formatNumber } from '../../i18n.ts';
import { Histogram } from '../charts/index.ts';
import type { KindFigures } from './survey-figures.ts';
import { useSurveysText } from './texts.ts';

interface DistributionProps {
  figures: KindFigures;
  /** The period before; null where the reader wants no comparison. */
  former: KindFigures | null;
}

/** How many people gave each score, beside those of the period before where there are any. */
export function Distribution({ figures: { kind, counts }, former }: DistributionProps) {
  const t = useSurveysText();
  const [lowest] = surveyScale[kind];
  const compared = former !== null && former.answers > 0 ? former : null;
  return (
    <Histogram
      title={t.distribution(t[kind])}
      csvName={`survey-${kind}`}
      of={t.score}
      measure={t.people}
      height={120}
      format={(count) => t.peopleCount(formatNumber(count))}
      {...(compared ? { compareName: t.before } : {})}
      bins={counts.map((count, index) => ({
        label: String(lowest + index),
        count,
        ...(compared ? { compare: compared.counts[index] ?? 0 } : {}),
      }))}
    />
  );
}
