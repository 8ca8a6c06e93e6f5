import { AppError } from '#platform/app-error';
import { violatedConstraint, type Queryable } from '../database/index.ts';
import { holdBatch, type HoldRequest } from './stock.ts';

/** What became of a request: a hold, or that one exists already and is to be read or adjusted. */
export type HoldOutcome = { made: true; createdAt: Date; expiresAt: Date } | { made: false };

interface Waiting {
  request: HoldRequest;
  resolve: (outcome: HoldOutcome) => void;
  reject: (error: unknown) => void;
}

const MAX_BATCH = 2_000;
/** Beyond this the shop answers at once that it is busy, instead of letting everyone wait. */
const MAX_WAITING = 50_000;
const MAX_STALE = 10;

/**
 * All buyers waiting for one variant share one statement, one statement in flight per variant. There is no timer: a lone buyer leaves
 * at once, and while a statement runs the next batch gathers by itself.
 */
export class HoldQueue {
  readonly #queues = new Map<string, { waiting: Waiting[]; running: boolean }>();

  constructor(
    private readonly queryable: Queryable,
    private readonly holdSeconds: number,
  ) {}

  /** @throws sold_out { available } when fewer are free than asked for; not_found when it is withdrawn; unavailable when too many wait */
  take(variantId: string, request: HoldRequest): Promise<HoldOutcome> {
    let queue = this.#queues.get(variantId);
    if (!queue) {
      queue = { waiting: [], running: false };
      this.#queues.set(variantId, queue);
    }
    if (queue.waiting.length >= MAX_WAITING) throw new AppError('unavailable', { retryAfterMs: 2000 });
    const outcome = new Promise<HoldOutcome>((resolve, reject) => {
      queue.waiting.push({ request, resolve, reject });
    });
    if (!queue.running) void this.#drain(variantId, queue);
    return outcome;
  }

  async #drain(variantId: string, queue: { waiting: Waiting[]; running: boolean }): Promise<void> {
    queue.running = true;
    let stale = 0;
    while (queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, MAX_BATCH);
      try {
        const again = await this.#run(variantId, batch);
        queue.waiting.unshift(...again);
        stale = 0;
      } catch (error) {
        if (isStale(error) && ++stale <= MAX_STALE) queue.waiting.unshift(...batch);
        else if (batch.length === 1) batch[0]!.reject(error);
        else await this.#oneByOne(variantId, batch);
      }
    }
    this.#queues.delete(variantId);
  }

  /** One row that PostgreSQL refuses fails the statement: its companions must not pay for it. */
  async #oneByOne(variantId: string, batch: Waiting[]): Promise<void> {
    for (const waiting of batch) {
      try {
        await this.#run(variantId, [waiting]);
      } catch (error) {
        waiting.reject(error);
      }
    }
  }

  /** @returns requests to try again: a larger one before them was refused, so that they may still fit */
  async #run(variantId: string, batch: Waiting[]): Promise<Waiting[]> {
    const answer = await holdBatch(
      this.queryable,
      variantId,
      batch.map(({ request }) => request),
      this.holdSeconds,
    );
    if (!answer) {
      for (const { reject } of batch) reject(new AppError('not_found'));
      return [];
    }
    const again: Waiting[] = [];
    for (const waiting of batch) {
      const { id, quantity } = waiting.request;
      const hold = answer.granted.get(id);
      if (hold) waiting.resolve({ made: true, ...hold });
      else if (answer.known.has(id)) waiting.resolve({ made: false });
      else if (quantity <= answer.free && batch.length > 1) again.push(waiting);
      else waiting.reject(new AppError('sold_out', { available: answer.free }));
    }
    return again;
  }
}

/**
 * PostgreSQL holds a CHECK first against the row as it was when the statement began, and only then against the row that it got after
 * waiting for its lock. Where units came free meanwhile, it refuses what fits: begun anew, the statement sees them.
 */
function isStale(error: unknown): boolean {
  return violatedConstraint(error) === 'stock_levels_reserved_within_on_hand';
}
