import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { MediaFactAnswer, type IncidentKind, type MediaFact, type Recording } from '#contracts/media';
import type { EndReason } from '#contracts/shows';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { signService } from '#platform/grants';
import { logger } from '#platform/logger';
import { validate } from '#platform/validate';
import { ApiClock } from './api-clock.ts';

const HEARTBEAT_MS = 1_000;
const ANSWER_MS = 3_000;
const LONGEST_WAIT_MS = 3_000;
const MOST_QUEUED = 1_000;

type Heartbeat = Extract<MediaFact, { type: 'heartbeat' }>;
type Report =
  | { type: 'ready'; broadcastId: string }
  | { type: 'ended'; broadcastId: string; reason: EndReason }
  | { type: 'incident'; broadcastId: string; incident: IncidentKind; details: Record<string, string | number> }
  | { type: 'recording'; showId: string; recording: Recording };

/**
 * Tells the api what happened. `ready` and `ended` are repeated, in order, until the api has taken them. A heartbeat is not: the
 * next one says more.
 */
@Injectable()
export class ApiCallback {
  /** New at each start: the api knows by it that the broadcasts of the process before are lost. */
  readonly bootId = randomUUID();
  readonly clock = new ApiClock();
  readonly #queue: MediaFact[] = [];
  #sending: Promise<void> | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #beating = false;
  #reachable = true;
  #giveUp = false;

  startHeartbeat(now: () => Pick<Heartbeat, 'packager' | 'broadcasts' | 'edges'>): void {
    const beat = async () => {
      if (this.#beating) return;
      this.#beating = true;
      try {
        const sentAt = performance.now();
        const answer = await this.#post({
          type: 'heartbeat',
          nodeId: config.mediaNodeId,
          bootId: this.bootId,
          publicUrl: config.mediaPublicUrl,
          controlUrl: config.mediaControlUrl,
          maxViewers: config.mediaMaxViewers,
          ...now(),
          at: new Date().toISOString(),
        });
        if (answer.at) this.clock.heard(sentAt, performance.now(), Date.parse(answer.at));
        if (!this.#reachable) logger.info('the api is back');
        this.#reachable = true;
      } catch (error) {
        if (this.#reachable) logger.warn({ err: error }, 'the api does not answer');
        this.#reachable = false;
      } finally {
        this.#beating = false;
      }
    };
    void beat();
    this.#heartbeat = setInterval(() => void beat(), HEARTBEAT_MS);
  }

  report(report: Report): void {
    if (this.#queue.length >= MOST_QUEUED) {
      // Not the first one, which is on its way.
      logger.error({ dropped: this.#queue.splice(1, 1) }, 'too many facts wait for the api');
    }
    this.#queue.push({ ...report, nodeId: config.mediaNodeId, bootId: this.bootId, at: new Date().toISOString() });
    this.#startSending();
  }

  /**
   * Control URL of the media process that has a broadcast.
   * @throws AppError `not_found` when it is over, `unavailable` when the api does not say.
   */
  async originOf(broadcastId: string): Promise<string> {
    const answer = await this.#call('/api/media/origin', { broadcastId }).catch((error: unknown) => {
      throw new AppError(error instanceof Refusal ? 'not_found' : 'unavailable', { broadcastId });
    });
    return (JSON.parse(answer) as { controlUrl: string }).controlUrl;
  }

  /** Waits at most `ms` for what is queued, then gives up. */
  async close(ms: number): Promise<void> {
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.#sending, tooLong]);
    clearTimeout(timer);
    this.#giveUp = true;
  }

  #startSending(): void {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
      if (this.#queue.length > 0 && !this.#giveUp) this.#startSending();
    });
  }

  async #send(): Promise<void> {
    let wait = 200;
    for (let fact = this.#queue[0]; fact && !this.#giveUp; fact = this.#queue[0]) {
      try {
        await this.#post(fact);
        this.#queue.shift();
        wait = 200;
      } catch (error) {
        if (error instanceof Refusal) {
          logger.error({ fact, status: error.status, answer: error.message }, 'the api refuses a fact');
          this.#queue.shift();
          continue;
        }
        logger.warn({ err: error, fact: fact.type }, 'the api did not take a fact, trying again');
        await new Promise((resolve) => setTimeout(resolve, wait * (0.75 + Math.random() / 2)));
        wait = Math.min(LONGEST_WAIT_MS, wait * 2);
      }
    }
  }

  async #post(fact: MediaFact): Promise<MediaFactAnswer> {
    return validate(MediaFactAnswer, JSON.parse(await this.#call('/api/media/facts', fact)));
  }

  async #call(path: string, body: object): Promise<string> {
    const answer = await fetch(`${config.apiUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = await answer.text();
    if (answer.ok) return text;
    const asksAgain = answer.status >= 500 || answer.status === 408 || answer.status === 429;
    throw asksAgain ? new Error(`status ${answer.status}`) : new Refusal(answer.status, text.slice(0, 200));
  }
}

/** The api understood and will not take it, however often it is sent. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}
