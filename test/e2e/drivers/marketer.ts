import { definitions, type Metric } from '../../../apps/web/src/insights/definitions.ts';
import { useInsightsText } from '../../../apps/web/src/insights/insights-text.ts';
import { useSourcesText } from '../../../apps/web/src/insights/sources/texts.ts';
import { eventually } from './eventually.ts';
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

  /** Opens the page of sources. @returns how many came by a shared link, and how many of them for the first time */
  async readsReferral(): Promise<{ visitors: number; newVisitors: number }> {
    await this.page.goto(`${this.origin}/insights/sources`);
    const t = this.words(useSourcesText);
    const people = async (name: string) => {
      const term = this.page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) });
      return (await term.count()) === 0
        ? 0
        : parseInt(await term.locator('xpath=following-sibling::dd[1]').innerText());
    };
    await this.page.getByRole('heading', { name: t.referral }).waitFor();
    return { visitors: await people(t.visitors), newVisitors: await people(t.newVisitors) };
  }

  /** Presses the MP4 of the replay. @returns where it was saved */
  async savesReplay(): Promise<string> {
    const button = this.page.getByRole('button', { name: 'MP4' });
    // It is made a while after the replay can be watched, and the page asks for it once.
    await eventually(async () => {
      if ((await button.count()) === 0) await this.reloads();
      await button.waitFor({ timeout: 2000 });
    });
    const [saved] = await Promise.all([this.page.waitForEvent('download'), button.click()]);
    return saved.path();
  }

  /** The number of a step from watching to buying. */
  async people(step: 'joined' | 'clicked' | 'heldStep' | 'boughtStep'): Promise<number> {
    const name = this.words(useInsightsText)[step];
    const row = this.page.getByRole('listitem').filter({ has: this.page.getByText(name, { exact: true }) });
    return Number(await row.locator('b').innerText());
  }
}
