import { setDuration } from './boxes.ts';
import type { Fragment, Init } from './fragments.ts';

/** A feed shows a still again and again where no picture comes: no picture stands for so long, and times that say so make no sense. */
const LONGEST_SECONDS = 30;

/**
 * Gives each picture the time until the next one comes. ffmpeg writes a fragment before it knows that and guesses, and neither cameras nor
 * busy machines keep step: the guesses would not add up to the clock. So what is taken is handed on with the next picture.
 */
export class ExactLengths {
  readonly #next: (fragment: Fragment, init: Init) => void;
  /** A picture, and the sound that came after it. */
  #held: { fragment: Fragment; init: Init }[] = [];

  constructor(next: (fragment: Fragment, init: Init) => void) {
    this.#next = next;
  }

  take(fragment: Fragment, init: Init): void {
    const picture = this.#held[0]?.fragment;
    const { startsAt } = fragment;
    // Sound before the first picture waits for nothing.
    if (startsAt === null && !picture) return this.#next(fragment, init);
    if (startsAt !== null) {
      const seconds = startsAt - (picture?.startsAt ?? startsAt);
      if (picture && seconds > 0 && seconds <= LONGEST_SECONDS) setDuration(picture, init, seconds);
      this.flush();
    }
    this.#held.push({ fragment, init });
  }

  /** Nothing more comes. */
  flush(): void {
    for (const { fragment, init } of this.#held.splice(0)) this.#next(fragment, init);
  }
}
