import { sqlState } from './sql-errors.ts';

interface Asker<Value> {
  resolve: (value: Value | undefined) => void;
  reject: (error: unknown) => void;
}

/** All who go with one statement, by the name of what they ask for. */
type Wave<Key, Value> = Map<string, { key: Key; askers: Asker<Value>[] }>;

const MAX_KEYS = 2_000;

/**
 * One statement for all who ask for, or write, the same kind of thing at one moment. There is no timer and nothing is kept: a lone asker
 * leaves at once; whoever comes while a statement runs goes with the next, so that everybody sees what was committed before they asked.
 */
export class Gathered<Key, Value> {
  readonly #waves: Wave<Key, Value>[] = [];
  #running = false;

  /**
   * @param nameOf the same for equal keys only
   * @param load answers what there is, by name
   */
  constructor(
    private readonly nameOf: (key: Key) => string,
    private readonly load: (keys: Key[]) => Promise<Map<string, Value>>,
  ) {}

  /** @returns undefined for what there is not */
  get(key: Key): Promise<Value | undefined> {
    const name = this.nameOf(key);
    return new Promise((resolve, reject) => {
      const wave = this.#waveFor(name);
      const entry = wave.get(name) ?? { key, askers: [] };
      entry.askers.push({ resolve, reject });
      wave.set(name, entry);
      if (!this.#running) void this.#run();
    });
  }

  #waveFor(name: string): Wave<Key, Value> {
    const last = this.#waves.at(-1);
    if (last && (last.size < MAX_KEYS || last.has(name))) return last;
    const wave: Wave<Key, Value> = new Map();
    this.#waves.push(wave);
    return wave;
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let wave = this.#waves.shift(); wave; wave = this.#waves.shift()) {
      try {
        await this.#answer(wave);
      } catch (error) {
        // One that PostgreSQL refuses fails the statement: its companions must not pay for it.
        if (wave.size > 1 && isRefusal(error)) {
          for (const [name, entry] of wave) {
            const alone = new Map([[name, entry]]);
            await this.#answer(alone).catch((error: unknown) => fail(alone, error));
          }
        } else fail(wave, error);
      }
    }
    this.#running = false;
  }

  async #answer(wave: Wave<Key, Value>): Promise<void> {
    const found = await this.load(Array.from(wave.values(), ({ key }) => key));
    for (const [name, { askers }] of wave) for (const { resolve } of askers) resolve(found.get(name));
  }
}

function fail(wave: Wave<unknown, never>, error: unknown): void {
  for (const { askers } of wave.values()) for (const { reject } of askers) reject(error);
}

/** Of a value, of a row that must not be, or for rivals: what another key's statement may be spared. */
function isRefusal(error: unknown): boolean {
  return /^(22|23|40)/.test(sqlState(error) ?? '');
}
