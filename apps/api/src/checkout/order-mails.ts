import { Injectable } from '@nestjs/common';
import {
  MailService,
  orderPaidLetter,
  orderRefundedLetter,
  orderShippedLetter,
  voucherWaitingLetter,
  type MailedOrder,
  type NewMail,
} from '../mail/index.ts';
import type { Tx } from '../database/index.ts';
import type { Order } from './order.entity.ts';
import { mailedOrder, placedOrder, type PlacedOrder } from './placed-order.ts';

/** Tells the buyer what became of their order, in their language and in the transaction that makes it so. */
@Injectable()
export class OrderMails {
  constructor(private readonly mails: MailService) {}

  /** Written by the statement that makes the order paid. */
  paid(placed: PlacedOrder, paidAt: Date): NewMail {
    const letter = orderPaidLetter(mailedOrder(placed), { paidAt });
    return { ...letter, brandId: placed.brandId, reference: `order-paid:${placed.id}`, to: placed.email };
  }

  /** The statement with it was committed. */
  tellQueued(): void {
    this.mails.tellQueued();
  }

  /** How and until when to pay at a shop. */
  async voucher(tx: Tx, order: Order, voucher: Parameters<typeof voucherWaitingLetter>[1]): Promise<void> {
    const { mailed } = await mailedOf(tx, order);
    await this.#queue(tx, order, `voucher-waiting:${order.id}`, voucherWaitingLetter(mailed, voucher));
  }

  /** @param time which of the notices of shipping it is: a corrected number is told as well */
  async shipped(
    tx: Tx,
    order: Order,
    parcel: { carrier: string; trackingNumber: string },
    time: number,
  ): Promise<void> {
    const { mailed, now } = await mailedOf(tx, order);
    const letter = orderShippedLetter(mailed, {
      shippedAt: order.shippedAt ?? now,
      carrier: parcel.carrier,
      trackingNumber: parcel.trackingNumber || null,
    });
    await this.#queue(tx, order, `order-shipped:${order.id}:${time}`, letter);
  }

  /** Stripe has taken the refund on. What is told as given back of the order is what it has been asked for so far. */
  async refunded(tx: Tx, order: Order, refund: { id: string; amount: number; isLate: boolean }): Promise<void> {
    const { mailed } = await mailedOf(tx, order);
    const letter = orderRefundedLetter(mailed, {
      amount: refund.amount,
      refundedAmount: refund.isLate ? refund.amount : order.refundedAmount,
      paymentMethod: order.paymentMethod,
    });
    await this.#queue(tx, order, `order-refunded:${order.id}:${refund.id}`, letter);
  }

  async #queue(tx: Tx, order: Order, reference: string, letter: ReturnType<typeof orderPaidLetter>): Promise<void> {
    await this.mails.queue(tx, { ...letter, brandId: order.brandId, reference, to: order.email });
  }
}

async function mailedOf(tx: Tx, order: Order): Promise<{ mailed: MailedOrder; now: Date }> {
  const { placed, now } = (await placedOrder(tx, order.id))!;
  return { mailed: mailedOrder(placed), now };
}
