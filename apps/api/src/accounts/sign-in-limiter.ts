import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '#platform/app-error';

/** Slows down guessing: by address of the caller, and by account over all callers. */
@Injectable()
export class SignInLimiter {
  readonly #byCaller = new RateLimiterMemory({ points: 30, duration: 300 });
  readonly #byAccount = new RateLimiterMemory({ points: 10, duration: 300 });

  /** @throws rate_limited */
  async consume(caller: string, account: string): Promise<void> {
    try {
      await this.#byCaller.consume(caller);
      await this.#byAccount.consume(account.toLowerCase());
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) throw new AppError('rate_limited', { retryAfterMs: refusal.msBeforeNext });
      throw refusal;
    }
  }
}
