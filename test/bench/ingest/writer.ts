import { Connections } from '../../../apps/api/src/database/data-source.ts';
import { Database, sqlState } from '../../../apps/api/src/database/index.ts';
import { InteractionLog, type Interaction } from '../../../apps/api/src/engagement/interaction-log.ts';
import { InteractionRow } from '../../../apps/api/src/engagement/interaction.entity.ts';
import { messageKey } from '../../../apps/api/src/engagement/message-key.ts';
import { answer } from '../support/part.ts';
import { interactions } from './rows.ts';

// The log in a process of its own, and TypeORM in another: what it costs to hand them rows and wait for the commit.

export type WriterCommand =
  /** Makes rows, which is not measured. */
  { type: 'prepare'; rows: number } | { type: 'write'; waiting: number };

const way = process.env.WAY as 'log' | 'save';
const dataSource: Connections = await new Connections(process.env.DATABASE_URL!, 20, [InteractionRow]).initialize();
const log = new InteractionLog(new Database(dataSource));
await log.ensureDays([]);
const repository = dataSource.getRepository(InteractionRow);

/** It looks whether the row is there, and changes it then; of two at once the database refuses one. A repeated message stays one row. */
async function save(row: Interaction): Promise<void> {
  const day = row.saidAt!.toISOString().slice(0, 10);
  await repository
    .save({ ...(row as object), day, messageKey: messageKey(row), quantity: 1 })
    .catch((error: unknown) => {
      if (sqlState(error) !== '23505') throw error;
    });
}

let rows: Interaction[] = [];
answer(async (command: WriterCommand): Promise<void> => {
  if (command.type === 'prepare') {
    rows = interactions(command.rows);
    globalThis.gc?.();
    return;
  }
  const write = way === 'log' ? (row: Interaction) => log.record(row) : save;
  let next = 0;
  async function recordAndRecord(): Promise<void> {
    while (next < rows.length) await write(rows[next++]!);
  }
  await Promise.all(Array.from({ length: command.waiting }, recordAndRecord));
});
