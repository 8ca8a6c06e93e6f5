import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#platform/app-error';
import type { Message } from '#contracts/room';
import type { Database } from '../database/index.ts';
import { insertMessages, type Draft, type InsertOutcome } from './chat.queries.ts';

interface Waiting {
  draft: Draft;
  resolve: (message: Message) => void;
  reject: (error: unknown) => void;
}

const MAX_BATCH = 500;
const MAX_WAITING = 5_000;
/** The tick of a room: what is written sooner would wait for the next frame anyway. */
const GATHER_MS = 50;

/**
 * Messages of one room that wait share one statement and so one commit; one statement in flight per room. A lone message is written at
 * once, and the next ones gather until that is done and a moment has passed. A message is acknowledged and shown only after its commit.
 */
export class MessageQueue {
  readonly #queues = new Map<string, { waiting: Waiting[] }>();

  constructor(
    private readonly database: Database,
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
      const gathered = sleep(GATHER_MS);
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
      if (queue.waiting.length < MAX_BATCH) await gathered;
    }
    this.#queues.delete(showId);
  }

  async #write(showId: string, batch: Waiting[]): Promise<void> {
    const outcomes = await insertMessages(
      this.database,
      showId,
      batch.map(({ draft }) => draft),
    );
    // A known message too: its first commit may have lost its answer before it was shown. What was published is not published again.
    const messages: Message[] = [];
    for (const outcome of outcomes) if (outcome && 'message' in outcome) messages.push(outcome.message);
    this.posted(showId, messages);
    for (const [index, waiting] of batch.entries()) settle(waiting, outcomes[index]);
  }
}

function settle(waiting: Waiting, outcome: InsertOutcome | undefined): void {
  if (!outcome) waiting.reject(new AppError('not_found'));
  else if (outcome.kind === 'ended') waiting.reject(new AppError('show_ended'));
  else if (outcome.kind === 'muted') waiting.reject(new AppError('muted', { until: outcome.until }));
  else waiting.resolve(outcome.message);
}
