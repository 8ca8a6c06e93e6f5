import type { Locator, Page } from 'playwright-core';
import type { useEncoderText } from '../../../apps/web/src/studio/encoder/texts.ts';

/** What the studio has for encoders such as OBS. */
export class EncoderDesk {
  constructor(
    private readonly page: Page,
    private readonly t: ReturnType<typeof useEncoderText.get>,
  ) {}

  get #panel(): Locator {
    return this.page.getByRole('region', { name: this.t.title });
  }

  get #sheet(): Locator {
    return this.page.getByRole('dialog', { name: this.t.title });
  }

  async opens(): Promise<void> {
    await this.#panel.getByRole('button', { name: this.t.open }).click();
    await this.#sheet.getByLabel(this.t.server, { exact: true }).waitFor();
  }

  async closes(): Promise<void> {
    await this.#sheet.getByRole('button', { name: this.t.close }).last().click();
    await this.#sheet.waitFor({ state: 'detached' });
  }

  /** Where an encoder is to send. */
  async address(): Promise<string> {
    return this.#sheet.getByLabel(this.t.server, { exact: true }).inputValue();
  }

  async makesKey(): Promise<string> {
    await this.#sheet.getByRole('button', { name: this.t.makeKey }).click();
    return this.#shownKey();
  }

  /** Asked whether it is meant, and says so. */
  async renewsKey(): Promise<string> {
    await this.#sheet.getByRole('button', { name: this.t.renewKey }).click();
    const question = this.page.getByRole('alertdialog').or(this.page.getByRole('dialog', { name: this.t.renewTitle }));
    await question.getByText(this.t.renewBody).waitFor();
    await question.getByRole('button', { name: this.t.renewKey }).click();
    return this.#shownKey();
  }

  /** Is asked, and thinks better of it. */
  async keepsKey(): Promise<void> {
    await this.#sheet.getByRole('button', { name: this.t.renewKey }).click();
    await this.page.getByRole('button', { name: this.t.cancel }).click();
  }

  async #shownKey(): Promise<string> {
    await this.#sheet.getByText(this.t.once).waitFor();
    return this.#sheet.getByLabel(this.t.newKey).inputValue();
  }

  /** What the sheet says of a key that was made before. */
  async knownKey(): Promise<string> {
    return this.#sheet.getByLabel(this.t.key, { exact: true }).inputValue();
  }

  /** What an encoder sends arrives, and is named. */
  async receives(figures: string): Promise<void> {
    await this.#panel
      .getByText(figures)
      .waitFor()
      .catch(async () => {
        throw new Error(`the encoder does not arrive: ${await this.page.innerText('body')}`);
      });
    await this.#panel.getByText(this.t.onAir).waitFor();
  }

  async isIdle(): Promise<void> {
    await this.#panel.getByText(this.t.idle).waitFor();
  }
}
