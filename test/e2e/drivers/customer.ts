import { readFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { usePrivacyText } from '../../../apps/web/src/privacy/texts.ts';
import { useViewerText } from '../../../apps/web/src/viewer/texts.ts';
import { Buyer } from './buyer.ts';

/** A buyer who signs in by a code from their mailbox. */
export class Customer extends Buyer {
  readonly own = this.words(useViewerText);
  readonly data = this.words(usePrivacyText);

  /** Over the show, from the other things that one may do there. */
  async opensAccount(): Promise<void> {
    await this.page.getByRole('button', { name: this.t.more, exact: true }).click();
    await this.page.getByRole('button', { name: this.t.account }).click();
  }

  async closesAccount(): Promise<void> {
    await this.page.keyboard.press('Escape');
  }

  get account(): Locator {
    return this.page.getByRole('dialog', { name: new RegExp(`${this.own.title}|${this.own.titleSignedIn}`) });
  }

  /** The part of the sheet of goods that asks for it. */
  async signsInFromCheckout(): Promise<void> {
    await this.sheet.getByRole('button', { name: this.own.signIn, exact: true }).click();
  }

  /** The place where a code is asked for, wherever it stands. */
  get #signIn(): Locator {
    return this.page.getByRole('dialog').filter({ has: this.page.locator('input[name="email"], input[name="code"]') });
  }

  async asksForCode(email: string): Promise<void> {
    await this.#signIn.last().getByLabel(this.own.email).fill(email);
    await this.#signIn.last().getByRole('button', { name: this.own.sendCode }).click();
    await this.page.getByLabel(this.own.code).waitFor();
  }

  /** The last figure sends it. */
  async entersCode(code: string): Promise<void> {
    await this.page.getByLabel(this.own.code).fill(code);
  }

  async isToldWrongCode(left: number): Promise<void> {
    await this.page.getByText(this.own.wrong({ left })).waitFor();
  }

  async isSignedInAs(email: string): Promise<void> {
    await this.account.getByText(this.own.signedInAs).waitFor();
    await this.account.getByText(email, { exact: true }).waitFor();
  }

  /** The page of what the brand keeps of them, from the sheet with the other things. */
  async opensOwnData(slug: string): Promise<void> {
    const show = await this.page.request.get(`${this.origin}/api/public/shows/${slug}`);
    const { brand } = (await show.json()) as { brand: { slug: string } };
    await this.page.goto(`${this.origin}/privacy/${brand.slug}`);
    await this.page.getByRole('heading', { name: this.data.title, exact: true }).waitFor();
  }

  /** @returns the file's text */
  async exportsOwnData(): Promise<string> {
    return this.#saves(this.data.exportButton);
  }

  async asksForErasure(): Promise<void> {
    await this.page.getByRole('button', { name: this.data.eraseButton }).last().click();
    const question = this.page.getByRole('dialog', { name: this.data.question });
    await question.getByLabel(this.data.typeWord(this.data.word)).fill(this.data.word);
    await question.getByRole('button', { name: this.data.erase, exact: true }).click();
  }

  /** And puts the question away. */
  async isToldThatOrdersAreUnderWay(...numbers: string[]): Promise<void> {
    await this.page.getByText(this.data.blocked).waitFor();
    for (const number of numbers) await this.page.getByRole('dialog').getByText(number).waitFor();
    await this.page.getByRole('button', { name: this.data.keep }).click();
  }

  /** @returns the receipt */
  async isErased(): Promise<string> {
    await this.page.getByText(this.data.erased).waitFor();
    return this.#saves(this.data.saveReceipt);
  }

  async checksReceipt(receipt: string): Promise<void> {
    await this.page.goto(`${this.origin}/receipt`);
    await this.page.getByLabel(this.data.receiptField).fill(receipt);
    await this.page.getByRole('button', { name: this.data.verify }).click();
  }

  async seesReceiptIs(validity: 'valid' | 'invalid'): Promise<void> {
    await this.page.getByText(this.data[validity]).waitFor();
  }

  async #saves(button: string): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByRole('button', { name: button }).click(),
    ]);
    return readFile(await download.path(), 'utf8');
  }

  /** In the checkout. */
  async buysAs(email: string): Promise<void> {
    await this.sheet.getByText(`${this.own.signedInAs} ${email}`).waitFor();
  }

  async keepsAddress(): Promise<void> {
    await this.sheet.getByLabel(this.own.keepAddress).check();
  }

  async seesOrder(number: string): Promise<void> {
    await this.account.getByText(this.own.number({ number })).waitFor();
  }

  async seesNoOrders(): Promise<void> {
    await this.account.getByText(this.own.noOrders).waitFor();
  }

  async seesAddress(part: string): Promise<void> {
    await this.account.getByText(part).waitFor();
  }

  /** The page begins anew: whatever stood there is of somebody else now. */
  async signsOut(): Promise<void> {
    await Promise.all([
      this.page.waitForEvent('load'),
      this.account.getByRole('button', { name: this.own.signOut }).click(),
    ]);
  }

  /** Something was filled in that this browser never saw. */
  async isKnownAs(name: string): Promise<void> {
    await this.sheet.getByText(this.buying.person(name)).waitFor();
  }

  async isAskedForAddress(): Promise<void> {
    await this.sheet.getByLabel(this.buying.name).waitFor();
  }
}
