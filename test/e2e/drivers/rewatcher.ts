import { expect } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { useReplayText } from '../../../apps/web/src/show/replay/replay-text.ts';
import { readClock } from '../../support/barcode.ts';
import { Buyer } from './buyer.ts';
import { eventually } from './eventually.ts';

/** Where the playhead is, in seconds, and when the picture was drawn that stands there. */
export interface Scene {
  position: number;
  clock: number;
}

/** Comes when the show is over, or stays: watches the replay. */
export class Rewatcher extends Buyer {
  readonly #words = this.words(useReplayText);

  /** From the page on which the show ended, once that offers it. */
  async opensReplay(): Promise<void> {
    await this.page.getByRole('button', { name: this.#words.watch }).click();
  }

  /** By a link that leads to it. */
  async opensReplayOf(slug: string): Promise<void> {
    await this.page.goto(`${this.origin}/s/${slug}#replay`);
  }

  get #video(): Locator {
    return this.page.locator('main video');
  }

  get #bar(): Locator {
    return this.page.getByRole('slider', { name: this.#words.seek });
  }

  /** Seconds of the playhead. */
  async position(): Promise<number> {
    return this.#video.evaluate((video: HTMLVideoElement) => video.currentTime);
  }

  async seesScene(): Promise<Scene> {
    return eventually(async () => {
      const waits = await this.#video.evaluate((video: HTMLVideoElement) => video.seeking || video.readyState < 2);
      expect(waits).toBe(false);
      const [position, clock] = [await this.position(), await this.#video.evaluate(readClock)];
      expect(clock).not.toBeNull();
      return { position, clock: clock! };
    });
  }

  /** Plays at a share of the speed, so that a short recording does not end under somebody who does things beside it. */
  async playsAt(rate: number): Promise<void> {
    await this.#video.evaluate((video: HTMLVideoElement, rate) => void (video.playbackRate = rate), rate);
  }

  async seesItRun(): Promise<void> {
    const before = await this.position();
    await eventually(async () => expect(await this.position()).toBeGreaterThan(before));
  }

  async pauses(): Promise<void> {
    await this.page.getByRole('button', { name: this.#words.pause, exact: true }).click();
    await this.#video.evaluate((video: HTMLVideoElement) => video.paused);
  }

  async plays(): Promise<void> {
    await this.page.getByRole('button', { name: this.#words.play, exact: true }).last().click();
  }

  /** Lets it run to its end, four times as fast. @returns where the playhead stood and when the picture was drawn, again and again */
  async playsToEnd(): Promise<Scene[]> {
    await this.playsAt(4);
    const scenes: Scene[] = [];
    await eventually(async () => {
      const [clock, position] = [await this.#video.evaluate(readClock), await this.position()];
      if (clock !== null) scenes.push({ clock, position });
      expect(await this.#video.evaluate((video: HTMLVideoElement) => video.ended)).toBe(true);
    });
    return scenes;
  }

  /** Points at a place of the bar. @returns the picture of it that the bar shows, by its address */
  async pointsAt(share: number): Promise<string> {
    const box = (await this.#bar.boundingBox())!;
    await this.page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    const picture = this.page.locator('[style*="thumbnails"]');
    await picture.waitFor();
    return /url\("([^"]+)"\)/.exec((await picture.getAttribute('style'))!)![1]!;
  }

  /** Presses a place of the bar. */
  async seeks(share: number): Promise<void> {
    const box = (await this.#bar.boundingBox())!;
    await this.page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
  }

  /** The stretches that have a product, as the list below the picture names them. A wide screen only. */
  async chapters(): Promise<string[]> {
    return (await this.#chapters.innerText()).split('\n').filter((line) => !/^[\d:]*$/.test(line));
  }

  /** To where it was shown last. */
  async jumpsTo(name: string): Promise<void> {
    await this.#chapters.getByRole('button').filter({ hasText: name }).last().click();
  }

  get #chapters(): Locator {
    return this.page.getByRole('region', { name: this.#words.chapters }).getByRole('list');
  }

  /** The card of what the scene shows. */
  get card(): Locator {
    return this.page.getByRole('region', { name: this.#words.card });
  }

  async seesCardOf(name: string): Promise<void> {
    await this.card.getByRole('heading', { name }).waitFor();
  }

  async buysFromCard(name: string): Promise<void> {
    await this.card.getByRole('button', { name: this.#words.buyNamed({ name }) }).click();
  }

  async hasBoughtFromCard(): Promise<void> {
    await this.card.getByText(this.#words.bought).waitFor();
  }
}
