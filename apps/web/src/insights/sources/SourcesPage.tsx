import { DateRange, instantsOf, usePeriod } from '../charts/index.ts';
import { Definitions } from '../Def.tsx';
import { sourceMetrics } from '../definitions.ts';
import { InsightsFrame } from '../InsightsFrame.tsx';
import css from './Sources.module.css';
import { SourcesContent } from './SourcesContent.tsx';
import { useSourcesText } from './texts.ts';

/** Where people came from, who brought them, and the brand's own links. */
export default function SourcesPage() {
  const t = useSourcesText();
  return (
    <InsightsFrame title={t.title} tools={<DateRange />}>
      <header className={css.page}>
        <h1>{t.title}</h1>
        <p>{t.lead}</p>
      </header>
      <Within />
      <Definitions metrics={sourceMetrics} />
    </InsightsFrame>
  );
}

function Within() {
  const { range, compare, timeZone } = usePeriod();
  return (
    <SourcesContent
      now={instantsOf(range, timeZone)}
      before={compare === null ? null : instantsOf(compare, timeZone)}
    />
  );
}
