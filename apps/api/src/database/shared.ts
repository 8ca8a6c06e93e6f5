interface Asked<Value> {
  running: Promise<Value>;
  next?: Promise<Value>;
}

/**
 * One answer for all who ask the same at one moment. Nothing is kept: a lone asker leaves at once; whoever comes while the answer is
 * worked out shares the next, so that everybody sees what was committed before they asked.
 */
export class Shared<Value> {
  readonly #asked = new Map<string, Asked<Value>>();

  /** @param name the same for equal questions only */
  get(name: string, ask: () => Promise<Value>): Promise<Value> {
    const asked = this.#asked.get(name);
    if (!asked) return this.#ask(name, ask);
    return (asked.next ??= asked.running.then(nothing, nothing).then(() => this.#ask(name, ask)));
  }

  #ask(name: string, ask: () => Promise<Value>): Promise<Value> {
    const asked: Asked<Value> = { running: ask() };
    this.#asked.set(name, asked);
    const end = () => {
      if (!asked.next) this.#asked.delete(name);
    };
    asked.running.then(end, end);
    return asked.running;
  }
}

const nothing = () => undefined;
