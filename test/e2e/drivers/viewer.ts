import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { usePictureText } from '../../../apps/web/src/show/picture-text.ts';
import { useAroundText } from '../../../apps/web/src/show/around-text.ts';
import { useShowText } from '../../../apps/web/src/show/texts.ts';
import type { Survey } from '#contracts/surveys';
import { meaningOf, questionOf } from '../../../apps/web/src/survey/question.ts';
import { useSurveyText } from '../../../apps/web/src/survey/texts.ts';
import { readClock, readGround } from '../../support/barcode.ts';
import { eventually } from './eventually.ts';
import { PATIENCE_MS, Person } from './person.ts';

/** For `addInitScript`: keeps the connections of a page where a test can ask them what they carry. */
export const keepConnections = `(${wrapConnections.toString()})()`;

interface WithConnections {
  connections: RTCPeerConnection[];
}

// Runs in the page, and uses nothing from outside itself.
function wrapConnections(): void {
  const connections: RTCPeerConnection[] = [];
  Object.assign(window, { connections });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
}

// Both run in the page, and use nothing from outside themselves.
function countDarkScreens(read: typeof readClock): void {
  const seen = { dark: 0 };
  Object.assign(window, { seenScreens: seen });
  setInterval(() => {
    const video = document.querySelector<HTMLVideoElement>('video[data-front]');
    if (!video || read(video) === null) seen.dark += 1;
  }, 50);
}

function clockWithWords(read: typeof readClock, [place, words]: [string, string]): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      const said = document.querySelector(place)?.textContent === words;
      const clock = said ? read(document.querySelector<HTMLVideoElement>('video[data-front]')!) : null;
      if (clock !== null) resolve(clock);
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** Watches a show, without an account. */
export class Viewer extends Person {
  /** The name to give when the chat asks for one. */
  name = 'みお';
  #named = false;
  protected readonly t = this.words(useShowText);
  readonly #around = this.words(useAroundText);

  async opens(slug: string): Promise<void> {
    await this.page.goto(`${this.origin}/s/${slug}`);
  }

  /** Seconds that the countdown shows. */
  async seesCountdown(): Promise<number> {
    await this.page.getByText(this.#around.untilStart).waitFor();
    const shown = await this.page.getByRole('timer').innerText();
    return shown.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  }

  /** When the picture on the screen was drawn, or null without one. */
  async clock(): Promise<number | null> {
    return this.page.locator('video[data-front]').evaluate(readClock);
  }

  /** Waits for a picture that was drawn after that time. @returns when it was drawn */
  async seesPictureAfter(time: number): Promise<number> {
    for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await sleep(25)) {
      const clock = await this.clock();
      if (clock !== null && clock > time) return clock;
    }
    throw new Error(`no picture from after ${new Date(time).toISOString()}: ${await this.page.innerText('body')}`);
  }

  /** A picture runs that no clock is on: it comes from elsewhere than a host's camera. */
  async seesOtherPicture(): Promise<void> {
    const played = () =>
      this.page.locator('video[data-front]').evaluate((video: HTMLVideoElement) => video.currentTime);
    await eventually(async () => {
      const before = await played();
      await sleep(200);
      expect([await this.clock(), (await played()) > before]).toEqual([null, true]);
    });
  }

  /** How the picture on the screen comes. */
  async picturePath(): Promise<'webrtc' | 'hls'> {
    const isStream = await this.page
      .locator('video[data-front]')
      .evaluate((video: HTMLVideoElement) => video.srcObject instanceof MediaStream);
    return isStream ? 'webrtc' : 'hls';
  }

  /** Chooses the smooth picture, and waits for it. */
  async choosesSmooth(): Promise<void> {
    const { choose, smooth } = this.words(usePictureText);
    const [before, after] = choose({ seconds: '|' }).split('|') as [string, string];
    await this.page
      .getByRole('button', { name: new RegExp(`^${before}[\\d.]+${after}$`) })
      .first()
      .click();
    await this.page.getByRole('radio', { name: smooth }).click();
    await this.page.keyboard.press('Escape');
    await eventually(async () => expect(await this.picturePath()).toBe('hls'));
  }

  /** Which camera the picture on the screen is of. */
  async ground(): Promise<'grey' | 'blue' | null> {
    return this.page.locator('video[data-front]').evaluate(readGround);
  }

  /** Looks at the screen 20 times a second, from now on. @returns a function that answers how often it was without a picture */
  async countsDarkScreens(): Promise<() => Promise<number>> {
    // As text: the page's policy lets no code be made in it.
    await this.page.evaluate(`(${countDarkScreens.toString()})(${readClock.toString()})`);
    return () => this.page.evaluate(() => (window as unknown as { seenScreens: { dark: number } }).seenScreens.dark);
  }

  /** Waits until this offer is on the card. @returns when the picture was drawn that was on the screen in that moment */
  async seesPinnedOnPicture(name: string): Promise<number> {
    const heading = `section[aria-label="${this.t.pinnedNow}"] h2`;
    const wait = `(${clockWithWords.toString()})(${readClock.toString()}, ${JSON.stringify([heading, name])})`;
    return this.page.evaluate<number>(wait);
  }

  /** Ages of what is on the screen, in milliseconds, in ascending order. Reading one takes some of them. */
  async agesOfPicture(count = 40): Promise<number[]> {
    const ages: number[] = [];
    while (ages.length < count) {
      const clock = await this.clock();
      if (clock !== null) ages.push(Date.now() - clock);
      await sleep(17);
    }
    return ages.sort((a, b) => a - b);
  }

  /** The codec of the picture that arrives, as the receiver reports it. */
  async codec(): Promise<unknown> {
    const reports = await this.page.evaluate(async () => {
      const { connections } = window as unknown as WithConnections;
      const all = await Promise.all(connections.map((connection) => connection.getStats()));
      return all.flatMap((stats) => [...stats.values()] as Record<string, unknown>[]);
    });
    // A second one, without a codec, only measures the line.
    const picture = reports.find(
      (report) => report.type === 'inbound-rtp' && report.kind === 'video' && report.codecId,
    );
    return reports.find(({ id }) => id === picture?.codecId)?.mimeType;
  }

  /** Packets of sound that have come for what that element plays. */
  async soundPackets(element: Locator): Promise<number> {
    return element.evaluate(async (video: HTMLVideoElement) => {
      const { connections } = window as unknown as WithConnections;
      const [track] = (video.srcObject as MediaStream).getAudioTracks();
      const all = await Promise.all(connections.map((connection) => connection.getStats()));
      const reports = all.flatMap((stats) => [...stats.values()] as Record<string, unknown>[]);
      const sound = reports.find(
        ({ type, trackIdentifier }) => type === 'inbound-rtp' && trackIdentifier === track?.id,
      );
      return Number(sound?.packetsReceived ?? 0);
    });
  }

  async says(text: string): Promise<void> {
    const field = this.page.getByLabel(this.t.say, { exact: true });
    await field.fill(text);
    if (!this.#named) await this.page.getByLabel(this.t.yourName).fill(this.name);
    this.#named = true;
    await field.press('Enter');
  }

  /** A line of the chat with these words in it. */
  line(text: string): Locator {
    return this.page.getByRole('log').getByRole('listitem').filter({ hasText: text });
  }

  async reads(text: string): Promise<void> {
    await this.line(text).waitFor();
  }

  async readsFromHost(text: string): Promise<void> {
    await this.line(text).getByText(this.t.host, { exact: true }).waitFor();
  }

  get wordForSending(): string {
    return this.t.sending;
  }

  /** Says something, and waits until the server has acknowledged it. */
  async hasSaid(text: string): Promise<void> {
    await this.says(text);
    await eventually(async () => expect(await this.messages()).toContain(`${this.name}: ${text}`));
  }

  /** What people said and still stands there, as "name: text", in order. Without what is not acknowledged. */
  async messages(): Promise<string[]> {
    const lines = this.page.getByRole('log').getByRole('listitem');
    return lines.evaluateAll(
      (items, sending) =>
        items
          .filter((item) => !item.querySelector('button') && !item.textContent?.includes(sending))
          .map((item) => [...item.querySelectorAll('bdi')].map(({ innerText }) => innerText))
          .filter((parts) => parts.length === 2)
          .map((parts) => parts.join(': ')),
      this.t.sending,
    );
  }

  /** Lets every change of the chat be written down, from now on. @returns a function that answers all lines that ever stood there */
  async watchesChat(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seenLines: seen });
      const log = document.querySelector('[role="log"]')!;
      const look = () => {
        for (const { innerText } of log.querySelectorAll('li')) if (!seen.includes(innerText)) seen.push(innerText);
      };
      new MutationObserver(look).observe(log, { childList: true, subtree: true, characterData: true });
    });
    return () => this.page.evaluate(() => (window as unknown as { seenLines: string[] }).seenLines);
  }

  async givesHearts(count: number): Promise<void> {
    for (let given = 0; given < count; given += 1) await this.page.getByLabel(this.t.heart).click();
  }

  /** Where motion is not wanted, hearts are counted instead. */
  async seesHearts(count: number): Promise<void> {
    await this.page.getByLabel(this.t.heart).getByText(this.t.hearts({ count }), { exact: true }).waitFor();
  }

  /** The card of the offer on screen now. */
  get pinned(): Locator {
    return this.page.getByRole('region', { name: this.t.pinnedNow });
  }

  async seesPinned(name: string): Promise<void> {
    await this.pinned.getByRole('heading', { name }).waitFor();
  }

  async seesNothingPinned(): Promise<void> {
    await this.pinned.waitFor({ state: 'detached' });
  }

  async isMuted(): Promise<void> {
    await this.line(this.t.mutedFor({ minutes: 10 })).waitFor();
    await this.page.getByPlaceholder(this.t.cannotSayFor({ minutes: 10 })).waitFor();
  }

  async isUnmuted(): Promise<void> {
    await this.line(this.t.unmuted).waitFor();
  }

  async readsOfDeletion(): Promise<void> {
    await this.line(this.t.deleted).waitFor();
  }

  async noticesLostNetwork(): Promise<void> {
    await this.page.getByText(this.t.offline).waitFor();
  }

  async catchesUp(count: number): Promise<void> {
    await this.line(this.t.caughtUp({ count })).waitFor();
  }

  /** Whether what they are told of their absence, one of these counts, stands where they read. */
  async seesCaughtUp(counts: number[]): Promise<boolean> {
    const [first, ...others] = counts.map((count) => this.line(this.t.caughtUp({ count })));
    const told = others.reduce((either, other) => either.or(other), first!);
    return told.evaluate((line) => {
      const [inner, outer] = [line, line.closest('[role="log"]')!].map((element) => element.getBoundingClientRect());
      return inner!.top >= outer!.top - 1 && inner!.bottom <= outer!.bottom + 1;
    });
  }

  /** How many of it are left, as the shelf below the picture says. A wide screen only, and an offer that was shown. */
  async stockOf(name: string): Promise<number> {
    const shelf = this.page.getByRole('region', { name: this.t.goods });
    const small = shelf.getByRole('button').filter({ hasText: name }).locator('small');
    return Number(/\d+/.exec(await small.innerText())?.[0] ?? NaN);
  }

  readonly #asked = this.words(useSurveyText);

  get survey(): Locator {
    return this.page.getByRole('region', { name: this.#asked.label });
  }

  async isAsked(survey: Pick<Survey, 'kind' | 'brandName' | 'productName'>): Promise<void> {
    const question = questionOf({ id: '', showTitle: null, ...survey }, this.#asked, true);
    await this.survey.getByText(question).waitFor();
  }

  /** One tap. */
  async answers(kind: Survey['kind'], score: number): Promise<void> {
    await this.survey.getByRole('button', { name: meaningOf(kind, score, this.#asked), exact: true }).click();
    await this.survey.getByText(this.#asked.thanks).waitFor();
  }

  /** Copies the link that says who shared it. A wide screen only. */
  async sharesShow(): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await this.page.getByRole('button', { name: this.t.share, exact: true }).click();
    await this.page.getByText(this.t.linkCopied).waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async seesEnd(): Promise<void> {
    await this.page.getByRole('heading', { name: this.#around.endedTitle }).waitFor();
  }

  /** What the page of an ended show says of an offer. */
  async summaryOf(name: string): Promise<string> {
    return this.page.getByRole('listitem').filter({ hasText: name }).innerText();
  }
}
