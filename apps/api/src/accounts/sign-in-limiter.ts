import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '#platform/app-error';

/**
 * Slows down guessing: of a caller at one account, of a caller at all, and at an account by all callers. The last is wide, so that
 * nobody is locked out by a stranger who knows their address.
 */
@Injectable()
export class SignInLimiter {
  readonly #byBoth = new RateLimiterMemory({ points: 10, duration: 300 });
  readonly #byCaller = new RateLimiterMemory({ points: 60, duration: 300 });
  readonly #byAccount = new RateLimiterMemory({ points: 100, duration: 300 });

  /** @throws rate_limited */
  async consume(caller: string, account: string): Promise<void> {
    try {
      await this.#byCaller.consume(caller);
      await this.#byBoth.consume(keyOfBoth(caller, account));
      await this.#byAccount.consume(account.toLowerCase());
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) throw new AppError('rate_limited', { retryAfterMs: refusal.msBeforeNext });
      throw refusal;
    }
  }

  /** Who knew the password may sign in as often as they like. */
  async succeeded(caller: string, account: string): Promise<void> {
    await this.#byBoth.delete(keyOfBoth(caller, account));
  }
}

function keyOfBoth(caller: string, account: string): string {
  return `${caller}:${account.toLowerCase()}`;
}
