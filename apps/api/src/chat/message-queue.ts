import { AppError } from '#platform/app-error';
import type { Message } from '#contracts/room';
import type { Queryable } from '../database/index.ts';
import { insertMessages, type Draft, type InsertOutcome } from './chat.queries.ts';

interface Waiting {
  draft: Draft;
  resolve: (message: Message) => void;
  reject: (error: unknown) => void;
}

const MAX_BATCH = 500;
const MAX_WAITING = 5_000;

/**
 * Messages of one room that wait share one statement and so one commit; one statement in flight per room. A lone message leaves at
 * once, and while it is written the next ones gather. A message is acknowledged and shown only after its commit.
 */
export class MessageQueue {
  readonly #queues = new Map<string, { waiting: Waiting[] }>();

  constructor(
    private readonly queryable: Queryable,
    private readonly posted: (showId: string, messages: Message[]) => void,
  ) {}

  /** @throws unavailable when the database does not keep up; muted; show_ended; not_found */
  post(showId: string, draft: Draft): Promise<Message> {
    const queue = this.#queues.get(showId);
    if (queue && queue.waiting.length >= MAX_WAITING) throw new AppError('unavailable', { retryAfterMs: 2000 });
    return new Promise<Message>((resolve, reject) => {
      const waiting = { draft, resolve, reject };
      if (queue) queue.waiting.push(waiting);
      else {
        const fresh = { waiting: [waiting] };
        this.#queues.set(showId, fresh);
        void this.#drain(showId, fresh);
      }
    });
  }

  async #drain(showId: string, queue: { waiting: Waiting[] }): Promise<void> {
    while (queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, MAX_BATCH);
      try {
        await this.#write(showId, batch);
      } catch (error) {
        if (batch.length === 1) batch[0]!.reject(error);
        else {
          // One message that PostgreSQL refuses must not take the others with it.
          for (const waiting of batch) await this.#write(showId, [waiting]).catch(waiting.reject);
        }
      }
    }
    this.#queues.delete(showId);
  }

  async #write(showId: string, batch: Waiting[]): Promise<void> {
    const outcomes = await insertMessages(
      this.queryable,
      showId,
      batch.map(({ draft }) => draft),
    );
    const fresh: Message[] = [];
    for (const outcome of outcomes) if (outcome?.kind === 'posted') fresh.push(outcome.message);
    this.posted(showId, fresh);
    for (const [index, waiting] of batch.entries()) settle(waiting, outcomes[index]);
  }
}

function settle(waiting: Waiting, outcome: InsertOutcome | undefined): void {
  if (!outcome) waiting.reject(new AppError('not_found'));
  else if (outcome.kind === 'ended') waiting.reject(new AppError('show_ended'));
  else if (outcome.kind === 'muted') waiting.reject(new AppError('muted', { until: outcome.until }));
  else waiting.resolve(outcome.message);
}
