import { useLocale } from '../i18n.ts';
import { definitions, type Metric } from './definitions.ts';
import { useInsightsText } from './insights-text.ts';
import css from './Def.module.css';

/** The name of a figure, as a link to how it is counted: `<Definitions>` at the foot of the page has it. */
export function Def({ metric, children }: { metric: Metric; children?: string }) {
  const locale = useLocale();
  return (
    <a className={css.def} href={`#def-${metric}`}>
      {children ?? definitions[locale][metric].name}
    </a>
  );
}

/** Figures of a page and how they are counted, at its foot. */
export function Definitions({ metrics }: { metrics: readonly Metric[] }) {
  const t = useInsightsText();
  const locale = useLocale();
  return (
    <section className={css.definitions} id="definitions" aria-labelledby="definitions-title">
      <h2 id="definitions-title">{t.definitions}</h2>
      <p>{t.definitionsLead}</p>
      <dl>
        {metrics.map((metric) => (
          <div key={metric} id={`def-${metric}`} tabIndex={-1}>
            <dt>{definitions[locale][metric].name}</dt>
            <dd>{definitions[locale][metric].text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
