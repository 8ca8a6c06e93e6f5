import type { ChildProcess } from 'node:child_process';

interface Question<Command> {
  id: number;
  command: Command;
}

interface Answer<Outcome> {
  id: number;
  outcome?: Outcome;
  error?: string;
}

/** The bench's end of a process that answers one command with one outcome. */
export class Part<Command, Outcome> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (outcome: Outcome) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ id, outcome, error }: Answer<Outcome>) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(outcome as Outcome);
      else waiting?.reject(new Error(error));
    });
    child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${child.spawnfile} ended`));
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  do(command: Command): Promise<Outcome> {
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, command } satisfies Question<Command>);
    });
  }
}

/** The process's end. */
export function answer<Command, Outcome>(work: (command: Command) => Promise<Outcome>): void {
  process.on('message', ({ id, command }: Question<Command>) => {
    work(command).then(
      (outcome) => process.send!({ id, outcome } satisfies Answer<Outcome>),
      (error: unknown) =>
        process.send!({ id, error: error instanceof Error ? error.stack! : String(error) } satisfies Answer<Outcome>),
    );
  });
  process.on('SIGTERM', () => process.exit(0));
}
