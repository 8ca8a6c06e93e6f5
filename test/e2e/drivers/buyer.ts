import type { Locator, Page } from 'playwright-core';
import { useCartText } from '../../../apps/web/src/checkout/cart-text.ts';
import { useCheckoutText } from '../../../apps/web/src/checkout/checkout-text.ts';
import { useOrderText } from '../../../apps/web/src/checkout/order-text.ts';
import { useSaleText } from '../../../apps/web/src/show/deals/texts.ts';
import { usePaymentText } from '../../../apps/web/src/checkout/payment-text.ts';
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

const voucherPage = { ja: 'コンビニでのお支払い', en: 'Pay at a convenience store' };

/** The sheet takes a press that comes a little sooner after another for its second half. */
const DOUBLE_PRESS_MS = 700;

/** A viewer who buys, on the sheet over the running picture. */
export class Buyer extends Viewer {
  readonly buying = this.words(useCheckoutText);
  readonly #sale = this.words(useSaleText);
  readonly paying = this.words(usePaymentText);
  readonly carting = this.words(useCartText);

  /** The pinned card counts a deal down. @returns seconds left */
  async seesDeal(): Promise<number> {
    return toSeconds(await this.pinned.getByRole('timer', { name: this.#sale.dealLeft }).innerText());
  }

  async seesDealSoldOut(): Promise<void> {
    await this.pinned.getByText(this.#sale.dealSoldOut).waitFor();
  }

  async seesDealEnd(): Promise<void> {
    await this.pinned.getByText(this.#sale.dealOver).waitFor();
  }

  /** Asks for a place in line on the card of the pinned offer, and is told which it is. */
  async waitsFor(name: string): Promise<void> {
    await this.pinned.getByRole('button', { name: this.#sale.waitNamed({ name }) }).click();
  }

  async isNextInLine(): Promise<void> {
    await this.pinned.getByText(this.#sale.next).waitFor();
  }

  async hasTurn(): Promise<void> {
    await this.pinned.getByText(this.#sale.yourTurn).waitFor();
  }

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
    return toSeconds(await this.sheet.getByRole('timer', { name: this.buying.timeLeft }).innerText());
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
    await this.looksOnceMore();
    await this.#payButton.click();
  }

  async paysTwice(): Promise<void> {
    await this.looksOnceMore();
    await this.#payButton.scrollIntoViewIfNeeded();
    await this.#pressesTwice(this.#payButton);
  }

  /** Asks for the last look before Pay, where that is a step of its own. */
  async presses(): Promise<void> {
    await this.#payButton.click();
  }

  /** Comes to the last look before Pay. @returns what it says is paid in all */
  async looksOnceMore(): Promise<string> {
    const { paying: t } = this;
    const look = this.sheet.getByRole('region', { name: t.confirmTitle });
    const review = this.sheet.getByRole('button', { name: t.review });
    if ((await review.count()) > 0) {
      await review.click();
      await look.waitFor();
      await this.page.waitForTimeout(DOUBLE_PRESS_MS);
    }
    return look.getByText(t.totalIn).locator('xpath=following-sibling::b').innerText();
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
    const frame = this.page.locator(`iframe[title="${words.dialog}"]`);
    const complete = frame.contentFrame().getByRole('button', { name: words.complete });
    await complete.waitFor();
    // By the keyboard: a touch that comes before the frame of another site is on screen is lost.
    await complete.press('Enter');
    await frame.waitFor({ state: 'detached' });
  }

  async isDeclined(): Promise<void> {
    await this.sheet.getByText(this.buying.declined).waitFor();
    await this.sheet.getByText(this.buying.declinedSafe).waitFor();
  }

  /** @returns the number of the order */
  async hasPaid(): Promise<string> {
    const paid = this.sheet.getByRole('heading', { name: this.buying.paid });
    await paid.waitFor().catch(async () => {
      throw new Error(`not paid: ${await this.page.innerText('body')}`);
    });
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
    await this.page.waitForTimeout(DOUBLE_PRESS_MS);
    await this.sheet.getByRole('button', { name: this.buying.backToShow }).click();
    await this.sheet.waitFor({ state: 'detached' });
  }

  /** From the list of goods, one after another. */
  async putsIntoCart(names: string[]): Promise<void> {
    await this.page.getByRole('button', { name: this.t.goodsList({ count: 6 }) }).click();
    const list = this.page.getByRole('dialog');
    for (const name of names) {
      await list.getByRole('button', { name: this.t.addNamed({ name }) }).click();
      await list
        .getByText(this.t.inCart({ count: 1 }))
        .nth(names.indexOf(name))
        .waitFor();
    }
    await this.page.keyboard.press('Escape');
  }

  /** From the goods below the picture of a wide screen. */
  async putsFromShelf(name: string): Promise<void> {
    const shelf = this.page.getByRole('region', { name: this.t.goods });
    await shelf.getByRole('button').filter({ hasText: name }).click();
    const details = this.page.getByRole('dialog', { name });
    await details.getByRole('button', { name: this.t.addNamed({ name }) }).click();
    await details.getByText(this.t.inCart({ count: 1 })).waitFor();
    await this.page.keyboard.press('Escape');
  }

  /** Opens the cart by its mark on the stage. */
  async opensCart(pieces: number): Promise<void> {
    await this.page.getByRole('button', { name: this.t.openCart({ count: pieces }) }).click();
    await this.sheet.getByRole('heading', { name: this.carting.cart }).waitFor();
  }

  async takesOneMoreOf(name: string): Promise<void> {
    await this.sheet.getByRole('button', { name: this.carting.moreOf(name) }).click();
    const line = this.sheet.getByRole('listitem').filter({ hasText: name });
    await line.getByText('2', { exact: true }).waitFor();
  }

  /** All lines of the cart are held. @returns seconds left on the hold that ends first */
  async checksOut(pieces: number): Promise<number> {
    await this.sheet.getByRole('button', { name: this.carting.checkout }).click();
    return this.holds(pieces);
  }

  async triesCoupon(code: string): Promise<void> {
    const field = this.sheet.getByLabel(this.paying.couponCode);
    if ((await field.count()) === 0) await this.sheet.getByRole('button', { name: this.paying.useCoupon }).click();
    await field.fill(code);
    await this.sheet.getByRole('button', { name: this.paying.apply, exact: true }).click();
  }

  async isTold(words: string): Promise<void> {
    await this.sheet.getByText(words).waitFor();
  }

  async choosesKonbini(): Promise<void> {
    await this.sheet.getByRole('radio', { name: this.paying.konbini }).check();
  }

  /** Sees the voucher's page and puts it away. @returns the page of the order, which says until when to pay */
  async getsVoucher(): Promise<Page> {
    const dialog = this.page.getByRole('dialog', { name: voucherPage[this.language] });
    await dialog.locator('iframe').waitFor();
    await dialog.getByRole('button', { name: this.buying.close, exact: true }).click();
    await this.sheet.getByRole('heading', { name: this.paying.voucher }).waitFor();
    await this.sheet.getByRole('link', { name: this.paying.voucherOpen }).waitFor();
    const [page] = await Promise.all([
      this.page.waitForEvent('popup'),
      this.sheet.getByRole('link', { name: this.buying.orderStatus }).click(),
    ]);
    return page;
  }
}

function toSeconds(shown: string): number {
  return shown.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}
