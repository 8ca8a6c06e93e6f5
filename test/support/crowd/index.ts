import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Part } from '../../bench/support/part.ts';
import type { Command, Outcome, Place } from './process.ts';

/** Synthetic viewers that receive real media, and count it. */
export class Crowd {
  readonly #child;
  readonly #part: Part<Command, Outcome>;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'process.ts'), {
      env: { PATH: process.env.PATH, LOG_LEVEL: 'fatal' },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
    });
    this.#part = new Part(this.#child);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves once all of them receive. */
  join(places: Place[]): Promise<Outcome> {
    return this.#part.do({ do: 'join', places });
  }

  /** Lets a guest in who sends picture and sound. */
  send(place: Place): Promise<Outcome> {
    return this.#part.do({ do: 'send', place });
  }

  look(): Promise<Outcome> {
    return this.#part.do({ do: 'look' });
  }

  leave(): Promise<Outcome> {
    return this.#part.do({ do: 'leave' });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
