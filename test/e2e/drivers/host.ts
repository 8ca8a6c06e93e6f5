import type { Locator } from 'playwright-core';
import type { Product } from '#contracts/catalog';
import { useShowsText } from '../../../apps/web/src/shows/texts.ts';
import { useDealDeskText } from '../../../apps/web/src/studio/deal/texts.ts';
import { useSurveyDeskText } from '../../../apps/web/src/studio/survey/texts.ts';
import { useEncoderText } from '../../../apps/web/src/studio/encoder/texts.ts';
import { useStudioText } from '../../../apps/web/src/studio/texts.ts';
import { EncoderDesk } from './encoder-desk.ts';
import { Member } from './member.ts';

/** Stands before the camera, in the studio. */
export class Host extends Member {
  protected override readonly role: string = 'host';
  readonly t = this.words(useStudioText);
  readonly #desk = this.words(useDealDeskText);
  readonly #asking = this.words(useSurveyDeskText);

  readonly encoder = new EncoderDesk(this.page, this.words(useEncoderText));

  async opensStudio(title: string): Promise<void> {
    const { studio } = this.words(useShowsText);
    await this.page.getByRole('navigation', { name: title }).getByRole('link', { name: studio }).click();
    await this.isReady();
  }

  /** The camera is open, and nobody sees it yet. */
  async isReady(): Promise<void> {
    await this.page.getByText(this.t.notSeen).waitFor();
  }

  /** The show's id, as in the address of the studio. */
  get showId(): string {
    return /studio\/([\w-]+)/.exec(this.page.url())?.[1] ?? '';
  }

  async goesLive(): Promise<void> {
    await this.page.getByRole('button', { name: this.t.goLive }).click();
    await this.isOnAir();
  }

  /** The light is on, and the caption below the picture says that viewers see it. */
  async isOnAir(): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: this.t.live }).waitFor();
    await this.page.getByText(this.t.seen).waitFor();
  }

  async seesViewers(count: number): Promise<void> {
    await this.page
      .getByTestId('studio-people')
      .filter({ hasText: String(count) })
      .waitFor();
  }

  async says(text: string): Promise<void> {
    const field = this.page.getByLabel(this.t.say);
    await field.fill(text);
    await field.press('Enter');
    await field.blur();
  }

  line(text: string): Locator {
    return this.page.getByRole('log').getByRole('listitem').filter({ hasText: text });
  }

  async reads(text: string): Promise<void> {
    await this.line(text).waitFor();
  }

  async mutes(text: string): Promise<void> {
    await this.#act(text, this.t.muteViewer);
  }

  async unmutes(text: string): Promise<void> {
    await this.#act(text, this.t.unmuteViewer);
  }

  async deletes(text: string): Promise<void> {
    await this.#act(text, this.t.remove);
    await this.line(text).waitFor({ state: 'detached' });
  }

  /** Opens what may be done about a message, does it, and closes it again. */
  async #act(text: string, action: string): Promise<void> {
    await this.line(text).getByText(text).click();
    await this.line(text).getByRole('button', { name: action }).click();
    await this.page.keyboard.press('Escape');
  }

  /** A key of the studio, pressed while no field has the focus. */
  async presses(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async seesPinned(name: string): Promise<void> {
    await this.rundown.locator('[aria-current="true"]').getByRole('heading', { name }).waitFor();
  }

  async seesNothingPinned(): Promise<void> {
    await this.rundown.locator('[aria-current="true"]').waitFor({ state: 'detached' });
  }

  protected get rundown(): Locator {
    return this.page.getByRole('region', { name: this.t.rundown });
  }

  /** A flash deal of the pinned offer, at the terms that the form proposes but for these. */
  async startsDeal({ quantity, perBuyer }: { quantity: number; perBuyer: number }): Promise<void> {
    await this.presses('d');
    const form = this.page.getByRole('dialog');
    await form.getByLabel(this.#desk.quantity).fill(String(quantity));
    await form.getByLabel(this.#desk.perBuyer).fill(String(perBuyer));
    await this.presses('Enter');
    await form.waitFor({ state: 'detached' });
  }

  async endsDeal(): Promise<void> {
    await this.presses('d');
    await this.page.getByRole('dialog').getByRole('button', { name: this.#desk.end }).click();
  }

  /** What the row of the pinned offer says. */
  async readsPinned(): Promise<string> {
    return this.rundown.locator('[aria-current="true"]').innerText();
  }

  wordsForDeal(left: number, of: number): string {
    return left === 0 ? this.#desk.soldOut : this.#desk.left(left, of);
  }

  wordsForWaiting(people: number): string {
    return this.#desk.waiting(people);
  }

  /** The survey that runs, or ran last, with what was answered. */
  async readsSurvey(): Promise<string> {
    return this.page.getByRole('region', { name: this.#asking.desk }).innerText();
  }

  wordsForAnswers(answers: number, asked: number): string {
    return this.#asking.answers(answers, asked);
  }

  async closesSurvey(): Promise<void> {
    await this.page.getByRole('button', { name: this.#asking.close, exact: true }).click();
    await this.page.getByText(this.#asking.over).waitFor();
  }

  /** Sets the stock of a product of one variant, as its page does. */
  async setsStock(name: string, stock: number): Promise<void> {
    const { request } = this.page;
    const { products } = (await (await request.get(`${this.origin}/api/products`)).json()) as { products: Product[] };
    const { id, variants, description, note, taxCode } = products.find((product) => product.name === name)!;
    const [variant] = variants;
    const changed = { ...variant, stock, stockSeen: variant!.onHand };
    const answer = await request.put(`${this.origin}/api/products/${id}`, {
      data: { name, note, description, taxCode, variants: [changed] },
    });
    if (!answer.ok()) throw new Error(await answer.text());
  }

  /** How many of it are left, as the rundown says. */
  async stockOf(name: string): Promise<number> {
    const row = this.rundown.getByRole('listitem').filter({ hasText: name }).first();
    const [, left] = new RegExp(`${this.t.left}\\s*([\\d,]+)`).exec(await row.innerText()) ?? [];
    return Number(left?.replaceAll(',', '') ?? NaN);
  }

  /** The ticker's lines, the newest first. */
  async sales(): Promise<string[]> {
    const ticker = this.page.getByRole('heading', { name: this.t.sold }).locator('xpath=..');
    return ticker.getByRole('listitem').allInnerTexts();
  }

  /** Orders as counted at the top of the studio. */
  async orders(): Promise<number> {
    return Number(await this.page.getByTestId('studio-orders').innerText());
  }

  async endsShow(): Promise<void> {
    await this.page.getByRole('button', { name: this.t.end }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: this.t.end }).click();
    await this.page.getByRole('heading', { name: this.t.summary }).waitFor();
  }

  /** A coupon for so many per cent off. */
  async givesCoupon(code: string, percent: number): Promise<void> {
    const startsAt = new Date(Date.now() - 60_000).toISOString();
    const terms = { minimumAmount: 0, firstOrderOnly: false, perBuyer: 1, total: null, combinable: true, endsAt: null };
    const status = await this.page.evaluate(
      async (coupon) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch('/api/coupons', { method: 'POST', headers, body: JSON.stringify(coupon) })).status;
      },
      { code, kind: 'percent', value: percent, startsAt, ...terms },
    );
    if (status !== 200) throw new Error(`the coupon was refused with ${status}`);
  }
}
