import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Interaction } from '../../../apps/api/src/engagement/interaction-log.ts';
import { processCpu } from '../support/cpu.ts';
import { columns, copyLines } from './rows.ts';

/** The baseline: psql copies files into a stage, and one INSERT takes them from there; each file is a commit. */
export class Copy {
  readonly #child: ChildProcess;
  readonly #dir: string;
  #said = '';

  constructor(psql: string, databaseUrl: string, dir: string) {
    this.#dir = dir;
    const options = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--dbname', databaseUrl];
    this.#child = spawn(psql, options, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#tell(`CREATE TEMP TABLE stage ON COMMIT DELETE ROWS AS SELECT ${columns} FROM interactions LIMIT 0;`);
  }

  /** @returns what reads them in */
  prepare(rows: Interaction[], perCommit: number): string {
    const script: string[] = [];
    for (let from = 0; from < rows.length; from += perCommit) {
      const file = join(this.#dir, `stage-${from}.tsv`);
      writeFileSync(file, copyLines(rows.slice(from, from + perCommit)));
      script.push(
        'BEGIN;',
        `\\copy stage (${columns}) FROM '${file}'`,
        `INSERT INTO interactions (${columns}) SELECT ${columns} FROM stage ON CONFLICT DO NOTHING;`,
        'COMMIT;',
      );
    }
    return script.join('\n');
  }

  async write(script: string): Promise<void> {
    this.#said = '';
    this.#tell(`${script}\n\\echo done`);
    while (!this.#said.includes('done')) {
      if (this.#child.exitCode !== null) throw new Error('psql ended');
      await sleep(5);
    }
  }

  get cpu(): number {
    return processCpu(this.#child.pid!);
  }

  async end(): Promise<void> {
    const ended = once(this.#child, 'exit');
    this.#child.stdin!.end();
    await ended;
  }

  #tell(text: string): void {
    this.#child.stdin!.write(`${text}\n`);
  }
}
