import { settle } from './attempts.ts';
import { attachBalance } from './balance.ts';
import type { Context } from './context.ts';
import { decideDispute, openDispute } from './disputes.ts';
import { expireVoucher, payVoucher } from './konbini.ts';
import { moveRefund } from './refunds.ts';
import type { Attempt, Task } from './store.ts';

/** What Stripe, a bank or a buyer does without a request of ours. A payment that no longer waits for it is left alone. */
export function perform(context: Context, { kind, subject }: Task): void {
  const attempt = (waitsFor: Attempt['waitsFor'], work: (context: Context, open: Attempt) => void) => {
    const open = context.store.findAttempt(subject);
    if (open?.waitsFor === waitsFor) work(context, open);
  };
  switch (kind) {
    case 'settle':
      return attempt('bank', settle);
    case 'payVoucher':
      return attempt('cash', payVoucher);
    case 'expireVoucher':
      return attempt('cash', expireVoucher);
    case 'attachBalance':
      return attachBalance(context, subject);
    case 'openDispute':
      return openDispute(context, subject);
    case 'closeDispute':
      return decideDispute(context, subject);
    case 'moveRefund':
      return moveRefund(context, subject);
  }
}
