import type { MetricDefinition } from './metric.ts';
import { customerMetrics } from './metrics-customers.ts';
import { showMetrics } from './metrics-show.ts';
import { sourceMetrics } from './metrics-sources.ts';

/** Every figure of the product, each in one place. `node tools/metrics-page.mjs` writes docs/METRICS.md from them. */
export const metrics = { ...showMetrics, ...customerMetrics, ...sourceMetrics };
export type MetricId = keyof typeof metrics;

/** docs/METRICS.md, whole. */
export function metricsDocument(): string {
  const sections: [string, Record<string, MetricDefinition>][] = [
    ['A show 配信', showMetrics],
    ['Customers 顧客', customerMetrics],
    ['Surveys, sources and referral 調査・流入元・紹介', sourceMetrics],
  ];
  const parts = sections.map(([title, all]) => {
    const entries = Object.entries(all).map(
      ([id, { name, text, formula, source }]) =>
        `### ${name.en} ${name.ja}\n\n<a id="${id}"></a>${text.en}\n\n${text.ja}\n\n- Formula: ${formula}\n- Source: [${source}](../${source})\n`,
    );
    return `## ${title}\n\n${entries.join('\n')}`;
  });
  return `${intro}\n${parts.join('\n')}`;
}

const intro = `# Metrics

Every figure of Engawa and how it is counted. This page is written by \`node tools/metrics-page.mjs\` from \`libs/contracts/src/metrics*.ts\`,
which the definitions on the pages come from too: change them there.

- A _viewer_, _customer_ or _person_ is a person after identity resolution: all browsers, addresses and accounts that are linked by proof, as they
  are linked now. Undoing a merge changes the figures of the past. Staff are not counted.
- Where a brand asks for consent first, what people do before they agree is not kept, and counts in no figure but those of money; who refused, under
  opt-out, likewise.
- A division by zero gives no figure, never 0.
- Money is read from orders and refunds, never from what a browser said, in the brand's currency.
- Days, weeks and months are those of the brand's time zone.
`;
