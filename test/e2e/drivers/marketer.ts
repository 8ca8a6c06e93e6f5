import { definitions, type Metric } from '../../../apps/web/src/insights/definitions.ts';
import { useInsightsText } from '../../../apps/web/src/insights/insights-text.ts';
import { Member } from './member.ts';

/** Reads what a show earned. */
export class Marketer extends Member {
  protected override readonly role = 'marketer';

  async opensInsights(showId: string): Promise<void> {
    await this.page.goto(`${this.origin}/insights/shows/${showId}`);
  }

  /** A figure of the page, as it is written there. */
  async figure(metric: Metric): Promise<string> {
    const name = definitions[this.language][metric].name;
    const link = this.page.getByRole('term').getByRole('link', { name, exact: true });
    return link.locator('xpath=ancestor::div[1]/dd[1]').innerText();
  }

  /** The number of a step from watching to buying. */
  async people(step: 'stepWatched' | 'stepTouched' | 'stepHeld' | 'stepBought'): Promise<number> {
    const name = this.words(useInsightsText)[step];
    const row = this.page.getByRole('listitem').filter({ has: this.page.getByText(name, { exact: true }) });
    return Number(await row.locator('b').innerText());
  }
}
