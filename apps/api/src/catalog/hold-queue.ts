import { AppError } from '#platform/app-error';
import { violatedConstraint, type Queryable } from '../database/index.ts';
import { refuseBeyond } from './allotments.ts';
import { holdBatch, type BatchAnswer, type HoldRequest } from './hold-batch.ts';

/** What became of a request: a hold, or that one exists already and is to be read or adjusted. */
export type HoldOutcome = { made: true; createdAt: Date; expiresAt: Date } | { made: false };

interface Waiting {
  request: HoldRequest;
  resolve: (outcome: HoldOutcome) => void;
  reject: (error: unknown) => void;
}

interface Queue {
  variantId: string;
  allotmentId: string | null;
  waiting: Waiting[];
  running: boolean;
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
  readonly #queues = new Map<string, Queue>();

  constructor(
    private readonly queryable: Queryable,
    private readonly holdSeconds: number,
  ) {}

  /**
   * @param allotmentId of whose units they must be; null for what is free
   * @throws sold_out { available } when fewer are free than asked for; banned; deal_over, deal_sold_out or deal_limit for an allotment; not_found when
   *   it is withdrawn; unavailable when too many wait
   */
  take(variantId: string, allotmentId: string | null, request: HoldRequest): Promise<HoldOutcome> {
    const name = allotmentId ? `${variantId}:${allotmentId}` : variantId;
    let queue = this.#queues.get(name);
    if (!queue) {
      queue = { variantId, allotmentId, waiting: [], running: false };
      this.#queues.set(name, queue);
    }
    if (queue.waiting.length >= MAX_WAITING) throw new AppError('unavailable', { retryAfterMs: 2000 });
    const outcome = new Promise<HoldOutcome>((resolve, reject) => {
      queue.waiting.push({ request, resolve, reject });
    });
    if (!queue.running) void this.#drain(name, queue);
    return outcome;
  }

  async #drain(name: string, queue: Queue): Promise<void> {
    queue.running = true;
    let stale = 0;
    while (queue.waiting.length > 0) {
      const batch = queue.waiting.splice(0, MAX_BATCH);
      try {
        const again = await this.#run(queue, batch);
        queue.waiting.unshift(...again);
        stale = 0;
      } catch (error) {
        if (isStale(error) && ++stale <= MAX_STALE) queue.waiting.unshift(...batch);
        else if (batch.length === 1) batch[0]!.reject(error);
        else await this.#oneByOne(queue, batch);
      }
    }
    this.#queues.delete(name);
  }

  /** One row that PostgreSQL refuses fails the statement: its companions must not pay for it. */
  async #oneByOne(queue: Queue, batch: Waiting[]): Promise<void> {
    for (const waiting of batch) {
      try {
        await this.#run(queue, [waiting]);
      } catch (error) {
        waiting.reject(error);
      }
    }
  }

  /** @returns requests to try again: a larger one before them was refused, so that they may still fit */
  async #run({ variantId, allotmentId }: Queue, batch: Waiting[]): Promise<Waiting[]> {
    const answer = await holdBatch(
      this.queryable,
      variantId,
      allotmentId,
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
      const { createdAt, expiresAt } = answer;
      if (answer.granted.has(id)) waiting.resolve({ made: true, createdAt, expiresAt });
      else if (answer.known.has(id)) waiting.resolve({ made: false });
      else {
        const refusal = refusalOf(answer, id, quantity);
        if (refusal) waiting.reject(refusal);
        else if (batch.length > 1) again.push(waiting);
        else waiting.reject(new AppError('sold_out', { available: answer.free }));
      }
    }
    return again;
  }
}

/** @returns null for what a larger request before it has crowded out, and may still fit */
function refusalOf(answer: BatchAnswer, id: string, quantity: number): unknown {
  const { free, remaining, limit } = answer;
  const refused = answer.refused.get(id);
  if (refused?.refusal === 'banned') return new AppError('banned');
  if (refused?.refusal === 'over') return new AppError('deal_over');
  if (remaining !== null && limit !== null) {
    try {
      refuseBeyond({ remaining, limit }, refused?.claimed ?? 0, quantity);
    } catch (refusal) {
      return refusal;
    }
  }
  return quantity > free ? new AppError('sold_out', { available: free }) : null;
}

/**
 * PostgreSQL holds a CHECK first against the row as it was when the statement began, and only then against the row that it got after
 * waiting for its lock. Where units came free meanwhile, it refuses what fits: begun anew, the statement sees them.
 */
const fences = new Set([
  'stock_levels_reserved_within_on_hand',
  'allotments_taken_within_quantity',
  'allotment_claims_within_limit',
]);
function isStale(error: unknown): boolean {
  return fences.has(violatedConstraint(error) ?? '');
}
