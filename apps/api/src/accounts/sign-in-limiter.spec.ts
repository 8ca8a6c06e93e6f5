import { beforeEach, describe, expect, it } from '@jest/globals';
import { SignInLimiter } from './sign-in-limiter.ts';

describe('the limit of signing in', () => {
  let limiter: SignInLimiter;
  beforeEach(() => {
    limiter = new SignInLimiter();
  });

  async function allowed(times: number, at: (index: number) => [caller: string, account: string]): Promise<number> {
    let count = 0;
    for (let index = 0; index < times; index += 1) {
      await limiter.consume(...at(index)).then(
        () => (count += 1),
        () => undefined,
      );
    }
    return count;
  }

  it('is 10 for a caller at an account', async () => {
    expect(await allowed(12, (index) => ['caller', index % 2 ? 'Anna@example.jp' : 'anna@example.jp'])).toBe(10);
    await limiter.consume('another caller', 'anna@example.jp');
  });

  it('is 60 for a caller, whatever the accounts', async () => {
    expect(await allowed(65, (index) => ['caller', `${index}@example.jp`])).toBe(60);
  });

  it('is 100 at an account, whoever calls', async () => {
    expect(await allowed(105, (index) => [`caller ${index}`, 'anna@example.jp'])).toBe(100);
  });

  it('begins anew for who knew the password', async () => {
    const anna = () => ['caller', 'anna@example.jp'] as [string, string];
    expect(await allowed(10, anna)).toBe(10);
    await limiter.succeeded('caller', 'ANNA@example.jp');
    expect(await allowed(10, anna)).toBe(10);
  });
});
