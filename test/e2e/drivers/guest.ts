import { useStageText } from '../../../apps/web/src/stage/texts.ts';
import { readClock } from '../../support/barcode.ts';
import { Person } from './person.ts';

/** Comes by the link of an invitation, without an account. */
export class Guest extends Person {
  readonly t = this.words(useStageText);

  async opens(link: string): Promise<void> {
    await this.page.goto(link);
    await this.page.getByText(this.t.checkHint).waitFor();
  }

  async entersWaitingRoom(): Promise<void> {
    await this.page.getByRole('button', { name: this.t.enter }).click();
    await this.#light(this.t.waiting);
  }

  /** After a reload, in the middle of the show: camera and microphone are tried anew. */
  async entersAgain(): Promise<void> {
    await this.page.getByRole('button', { name: this.t.enter }).click();
    await this.isOnAir();
  }

  async isOnAir(): Promise<void> {
    await this.#light(this.t.onAir);
  }

  async isToldOfMute(): Promise<void> {
    await this.page.getByText(this.t.mutedByHost).waitFor();
  }

  /** When what they see of the host was drawn. */
  async clockOfHost(name: string): Promise<number | null> {
    return this.page.getByLabel(this.t.pictureOf({ name })).evaluate(readClock);
  }

  async isToldOfRemoval(): Promise<void> {
    await this.page.getByText(this.t.removed).waitFor();
  }

  async #light(words: string): Promise<void> {
    await this.page.getByRole('status').filter({ hasText: words }).first().waitFor();
  }
}
