/** A figure: what it is called, what is counted, and where the code is. docs/METRICS.md and every definition on a page are made of these. */
export interface MetricDefinition {
  name: { ja: string; en: string };
  /** What is counted, exactly. */
  text: { ja: string; en: string };
  formula: string;
  /** The file that computes it. */
  source: string;
}

export const metric = (
  name: { ja: string; en: string },
  text: { ja: string; en: string },
  formula: string,
  source: string,
): MetricDefinition => ({ name, text, formula, source });
