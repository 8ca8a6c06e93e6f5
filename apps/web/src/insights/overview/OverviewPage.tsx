import { DateRange, usePeriod } from '../charts/index.ts';
import { Definitions } from '../Def.tsx';
import { InsightsFrame } from '../InsightsFrame.tsx';
import { overviewMetrics } from './definitions.ts';
import { LtvPanel } from './LtvPanel.tsx';
import { OverviewContent } from './OverviewContent.tsx';
import { useOverviewText } from './texts.ts';

/** Are customers worth more than before? The answer and one number, below it the evidence and what is to be expected. */
export default function OverviewPage() {
  const t = useOverviewText();
  return (
    <InsightsFrame title={t.title} tools={<DateRange />}>
      <Within />
      <LtvPanel />
      <Definitions metrics={overviewMetrics} />
    </InsightsFrame>
  );
}

function Within() {
  const { range, compare } = usePeriod();
  return <OverviewContent range={range} compared={compare !== null} />;
}
