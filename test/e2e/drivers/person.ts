import type { Page } from 'playwright-core';
import { locale } from '../../../apps/web/src/i18n.ts';

type Language = 'ja' | 'en';

/** What somebody holds in their hands, and the language it is set to. */
export interface Device {
  language: Language;
  width: number;
  height: number;
  touch?: boolean;
  /** The system asks for less motion. */
  still?: boolean;
}

export const phone: Device = { language: 'ja', width: 390, height: 844, touch: true };
export const desktop: Device = { language: 'en', width: 1440, height: 900 };

/** A far limit that only ends what hangs: how long something takes is printed, never judged. */
export const PATIENCE_MS = 90_000;

/** Somebody at a page of their own: no cookie, no storage and no window is shared with the others. */
export class Person {
  constructor(
    readonly page: Page,
    readonly origin: string,
    protected readonly language: Language,
  ) {}

  /** The words of a place as this person reads them. Taken from the place itself, so that a better word breaks no test. */
  protected words<W>(texts: { get: () => W }): W {
    locale.set(this.language);
    return texts.get();
  }

  /** The words of a place that this person has no driver for. */
  wordsOf<W>(texts: { get: () => W }): W {
    return this.words(texts);
  }

  async reloads(): Promise<void> {
    await this.page.reload();
  }

  async leaves(): Promise<void> {
    await this.page.context().close();
  }

  async losesNetwork(): Promise<void> {
    await this.page.context().setOffline(true);
  }

  async regainsNetwork(): Promise<void> {
    await this.page.context().setOffline(false);
  }
}
