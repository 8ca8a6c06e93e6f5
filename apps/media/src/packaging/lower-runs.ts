import { logger } from '#platform/logger';
import type { Fragment, Init } from './fragments.ts';
import type { Layers, RtpStream } from './layers.ts';
import { Run } from './run.ts';

const RETRY_MS = 2_000;
const MOST_FAILURES = 5;

export interface LowerOutlet {
  /** @param lead whose time it counts in */
  init(layer: number, init: Init, lead: Run): void;
  fragment(layer: number, fragment: Fragment): void;
  /** No more fragments of this ffmpeg. */
  paused(layer: number): void;
  /** No other layers than these are sent. */
  only(layers: number[]): void;
}

interface Lower {
  run: Run;
  lead: Run;
  ended: Promise<void>;
}

/** An ffmpeg for each layer below the largest, beside the one that leads. What happens to them changes nothing there. */
export class LowerRuns {
  readonly #ffmpegPath: string;
  readonly #outlet: LowerOutlet;
  readonly #runs = new Map<number, Lower>();
  readonly #ending = new Set<Promise<void>>();
  readonly #failures = new Map<number, number>();
  #retry: NodeJS.Timeout | undefined;

  constructor(ffmpegPath: string, outlet: LowerOutlet) {
    this.#ffmpegPath = ffmpegPath;
    this.#outlet = outlet;
  }

  /** Keeps one for each lower layer that is sent. */
  follow(lead: Run, layers: Layers | null, sound: RtpStream | null, muted: boolean): void {
    // Which are sent is known once one leads.
    if (layers && !layers.lead) return;
    const wanted = (layers?.all.slice(0, -1) ?? []).filter(
      (layer) => layers!.isSent(layer) && (this.#failures.get(layer.index) ?? 0) < MOST_FAILURES,
    );
    for (const [index, lower] of this.#runs) {
      if (lower.lead !== lead || !wanted.some((layer) => layer.index === index)) this.#end(index, lower);
    }
    this.#outlet.only(wanted.map(({ index }) => index));
    clearTimeout(this.#retry);
    for (const layer of wanted) {
      const { run } =
        this.#runs.get(layer.index) ?? this.#start(layer.index, lead, () => this.follow(lead, layers, sound, muted));
      run.setVideo(layer);
      run.setAudio(sound, muted);
    }
  }

  /** @returns when the last is gone */
  async end(): Promise<void> {
    clearTimeout(this.#retry);
    for (const [index, lower] of this.#runs) this.#end(index, lower);
    await Promise.all(this.#ending);
  }

  #start(index: number, lead: Run, again: () => void): Lower {
    const isCurrent = () => this.#runs.get(index)?.run === run;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const run: Run = new Run(
      'h264',
      this.#ffmpegPath,
      {
        init: (init) => isCurrent() && this.#outlet.init(index, init, lead),
        fragment: (fragment) => isCurrent() && this.#outlet.fragment(index, fragment),
        ended: (reason) => {
          resolve();
          if (!isCurrent()) return;
          this.#runs.delete(index);
          this.#outlet.paused(index);
          this.#failures.set(index, (this.#failures.get(index) ?? 0) + 1);
          logger.warn({ reason, layer: index }, 'ffmpeg of a lower layer ended by itself');
          clearTimeout(this.#retry);
          this.#retry = setTimeout(again, RETRY_MS);
        },
      },
      lead,
    );
    const lower = { run, lead, ended };
    this.#runs.set(index, lower);
    return lower;
  }

  #end(index: number, { run, ended }: Lower): void {
    this.#runs.delete(index);
    this.#ending.add(ended);
    void ended.then(() => this.#ending.delete(ended));
    run.end();
    this.#outlet.paused(index);
  }
}
