import { join } from 'node:path';
import type { Bench } from './bench.ts';
import { Part } from './part.ts';
import { startPart } from './processes.ts';
import type { Offer } from './shop.ts';

const PROCESSES = 4;

export type BuyersCommand =
  /** Makes guests at the api; `first` keeps the addresses of all processes apart. */
  | { type: 'invite'; port: number; count: number; first: number }
  /** Gets some of the guests ready to press Buy once each, over so many connections. */
  | { type: 'gather'; port: number; offer: Offer; buyers: { from: number; to: number }; connections: number }
  | { type: 'press'; startAt: number };

export interface Pressed {
  /** How many got what: 'held', or the code of a refusal. */
  answers: Record<string, number>;
  endedAt: number;
}

/** Buyers in several processes, who press Buy at one moment. */
export class Crowd {
  readonly #parts: Part<BuyersCommand, Pressed | void>[];

  private constructor(bench: Bench) {
    const file = join(import.meta.dirname, 'buyers.ts');
    this.#parts = Array.from({ length: PROCESSES }, () => new Part(startPart(bench, file)));
  }

  /** @param size a multiple of the number of processes */
  static async invite(bench: Bench, port: number, size: number): Promise<Crowd> {
    const crowd = new Crowd(bench);
    const count = size / PROCESSES;
    await Promise.all(
      crowd.#parts.map((part, index) => part.do({ type: 'invite', port, count, first: index * count + 1 })),
    );
    return crowd;
  }

  /**
   * @param buyers so many press, each once; `from` passes over the first of the crowd
   * @param connections of them together; as many as buyers, when each has one
   * @param measured is called between the gathering and the press
   * @returns what they were answered, and the milliseconds until the last one was
   */
  async press(
    port: number,
    offer: Offer,
    { buyers, connections, from = 0 }: { buyers: number; connections: number; from?: number },
    measured: () => void = () => undefined,
  ): Promise<{ answers: Record<string, number>; ms: number }> {
    const share = (of: number) => of / PROCESSES;
    const range = { from: share(from), to: share(from + buyers) };
    await Promise.all(
      this.#parts.map((part) =>
        part.do({ type: 'gather', port, offer, buyers: range, connections: share(connections) }),
      ),
    );
    measured();
    const startAt = Date.now() + 100;
    const pressed = (await Promise.all(this.#parts.map((part) => part.do({ type: 'press', startAt })))) as Pressed[];
    const answers: Record<string, number> = {};
    for (const [what, count] of pressed.flatMap((one) => Object.entries(one.answers))) {
      answers[what] = (answers[what] ?? 0) + count;
    }
    return { answers, ms: Math.max(...pressed.map(({ endedAt }) => endedAt)) - startAt };
  }
}
