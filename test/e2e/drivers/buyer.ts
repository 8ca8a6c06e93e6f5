import type { Locator, Page } from 'playwright-core';
import { useCheckoutText } from '../../../apps/web/src/checkout/checkout-text.ts';
import { useOrderText } from '../../../apps/web/src/checkout/order-text.ts';
import { Viewer } from './viewer.ts';

/** Numbers on which Stripe's test cards, and our stand-in's, answer as they are named. */
export const cards = {
  good: '4242424242424242',
  declined: '4000000000000002',
  asksWhoYouAre: '4000002760003184',
};

const bankPage = {
  ja: { dialog: '本人認証（3Dセキュア）', complete: '認証を完了する' },
  en: { dialog: '3D Secure authentication', complete: 'Complete authentication' },
};

/** A viewer who buys, on the sheet over the running picture. */
export class Buyer extends Viewer {
  readonly buying = this.words(useCheckoutText);

  /** Presses Buy on the card of the pinned offer. */
  async pressesBuy(name: string): Promise<void> {
    await this.pinned.getByRole('button', { name: this.t.buyNamed({ name }) }).click();
  }

  /** As somebody in a hurry does: 150 milliseconds between the two presses, at the same place. */
  async pressesBuyTwice(name: string): Promise<void> {
    await this.#pressesTwice(this.pinned.getByRole('button', { name: this.t.buyNamed({ name }) }));
  }

  async #pressesTwice(button: Locator): Promise<void> {
    const box = (await button.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await this.page.mouse.click(x, y);
    await this.page.waitForTimeout(150);
    await this.page.mouse.click(x, y, { clickCount: 2 });
  }

  get sheet(): Locator {
    return this.page.getByRole('dialog', { name: this.buying.buying('') });
  }

  /** It is held for this buyer, and the time runs. @returns seconds left */
  async holds(quantity: number): Promise<number> {
    await this.sheet.getByRole('heading', { name: this.buying.held }).waitFor();
    await this.sheet.getByText(this.buying.heldWhat(quantity)).waitFor();
    return this.secondsLeft();
  }

  async secondsLeft(): Promise<number> {
    const shown = await this.sheet.getByRole('timer', { name: this.buying.timeLeft }).innerText();
    return shown.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  }

  async chooses(variant: string): Promise<void> {
    await this.sheet.getByRole('radio', { name: variant }).click();
    await this.sheet.getByRole('radio', { name: variant, checked: true }).waitFor();
  }

  async takesOneMore(): Promise<void> {
    await this.sheet.getByRole('button', { name: this.buying.more }).click();
  }

  async fillsAddress(): Promise<void> {
    const { sheet, buying: t } = this;
    await sheet.getByLabel(t.name).fill('青木 澪');
    await sheet.getByLabel(t.postalCode).fill('2480006');
    await sheet.getByLabel(t.region).selectOption({ index: 14 });
    await sheet.getByLabel(t.city).fill('鎌倉市');
    await sheet.getByLabel(t.line1).fill('小町1-2-3');
    await sheet.getByLabel(t.email).fill('mio@example.jp');
    await sheet.getByLabel(t.phone).fill('09012345678');
  }

  async fillsCard(number: string): Promise<void> {
    const field = (purpose: string) => this.sheet.locator(`input[autocomplete="${purpose}"]`);
    await field('cc-number').fill(number);
    await field('cc-exp').fill('1234');
    await field('cc-csc').fill('123');
  }

  async pays(): Promise<void> {
    await this.#payButton.click();
  }

  async paysTwice(): Promise<void> {
    await this.#payButton.scrollIntoViewIfNeeded();
    await this.#pressesTwice(this.#payButton);
  }

  get #payButton(): Locator {
    return this.sheet.locator('button[type="submit"]');
  }

  /** The press of Pay brought them to a field that says what it wants. */
  async isAskedFor(field: 'name'): Promise<void> {
    const label = this.buying[field];
    await this.sheet.getByText(this.buying.missing(label)).waitFor();
    await this.page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
  }

  /** Answers the bank's question who they are. */
  async authenticates(): Promise<void> {
    const words = bankPage[this.language];
    const bank = this.page.frameLocator(`iframe[title="${words.dialog}"]`);
    await bank.getByRole('button', { name: words.complete }).click();
  }

  async isDeclined(): Promise<void> {
    await this.sheet.getByText(this.buying.declined).waitFor();
    await this.sheet.getByText(this.buying.declinedSafe).waitFor();
  }

  /** @returns the number of the order */
  async hasPaid(): Promise<string> {
    await this.sheet.getByRole('heading', { name: this.buying.paid }).waitFor();
    return this.sheet.getByText(this.buying.orderNumber).locator('xpath=following-sibling::dd').innerText();
  }

  /** Follows the link to the order. @returns its page, once that says that the order is paid */
  async opensPaidOrder(number: string): Promise<Page> {
    const [page] = await Promise.all([
      this.page.waitForEvent('popup'),
      this.sheet.getByRole('link', { name: this.buying.orderStatus }).click(),
    ]);
    await page.getByText(this.words(useOrderText).order(number)).waitFor();
    await this.seesPaidOrder(page);
    return page;
  }

  async seesPaidOrder(page: Page): Promise<void> {
    await page.getByRole('heading', { name: this.words(useOrderText).paid }).waitFor();
  }

  async goesBackToShow(): Promise<void> {
    await this.sheet.getByRole('button', { name: this.buying.backToShow }).click();
    await this.sheet.waitFor({ state: 'detached' });
  }
}
