import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '#platform/app-error';

const HOUR = 3600;

/**
 * Keeps a mailbox from being flooded, and a code from being guessed: each letter allows five tries at a million codes. A stranger who knows an
 * address can use up what it has of a day; watching and buying need no sign-in.
 */
@Injectable()
export class CodeLimiter {
  readonly #requests = [
    { of: 'caller', limiter: new RateLimiterMemory({ points: 30, duration: HOUR }) },
    { of: 'viewer', limiter: new RateLimiterMemory({ points: 8, duration: HOUR / 4 }) },
    { of: 'address', limiter: new RateLimiterMemory({ points: 5, duration: HOUR / 4 }) },
    { of: 'address', limiter: new RateLimiterMemory({ points: 20, duration: 24 * HOUR }) },
  ] as const;
  readonly #triesOfCaller = new RateLimiterMemory({ points: 60, duration: HOUR / 4 });

  /** @throws rate_limited */
  async request(who: { caller: string; viewer: string; address: string }): Promise<void> {
    for (const { of, limiter } of this.#requests) await consume(limiter, who[of].toLowerCase());
  }

  /** @throws rate_limited */
  async attempt(caller: string): Promise<void> {
    await consume(this.#triesOfCaller, caller);
  }
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  await limiter.consume(key).catch((refusal: unknown) => {
    if (refusal instanceof RateLimiterRes) throw new AppError('rate_limited', { retryAfterMs: refusal.msBeforeNext });
    throw refusal;
  });
}
