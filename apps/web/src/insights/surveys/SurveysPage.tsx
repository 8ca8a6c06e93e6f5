import { instantsOf, DateRange, usePeriod } from '../charts/index.ts';
import { Definitions } from '../Def.tsx';
import { surveyMetrics } from '../definitions.ts';
import { InsightsFrame } from '../InsightsFrame.tsx';
import css from './Surveys.module.css';
import { SurveysContent } from './SurveysContent.tsx';
import { useSurveysText } from './texts.ts';

/** What people answered: waves, distributions and their words. */
export default function SurveysPage() {
  const t = useSurveysText();
  return (
    <InsightsFrame title={t.title} tools={<DateRange />}>
      <header className={css.head}>
        <h1>{t.title}</h1>
        <p>{t.lead}</p>
      </header>
      <Within />
      <Definitions metrics={surveyMetrics} />
    </InsightsFrame>
  );
}

function Within() {
  const { range, compare, timeZone } = usePeriod();
  return (
    <SurveysContent
      now={instantsOf(range, timeZone)}
      before={compare === null ? null : instantsOf(compare, timeZone)}
    />
  );
}
