import { Injectable } from '@nestjs/common';
import { config } from '#platform/config';
import {
  MailService,
  orderPaidLetter,
  orderRefundedLetter,
  orderShippedLetter,
  voucherWaitingLetter,
  type MailedOrder,
} from '../mail/index.ts';
import type { Tx } from '../database/index.ts';
import { orderAccessKey } from './checkout.queries.ts';
import type { Order } from './order.entity.ts';

/** Tells the buyer what became of their order, in their language and in the transaction that makes it so. */
@Injectable()
export class OrderMails {
  constructor(private readonly mails: MailService) {}

  async paid(tx: Tx, order: Order): Promise<void> {
    const { mailed, now } = await mailedOrder(tx, order);
    await this.#queue(tx, order, `order-paid:${order.id}`, orderPaidLetter(mailed, { paidAt: now }));
  }

  /** How and until when to pay at a shop. */
  async voucher(tx: Tx, order: Order, voucher: Parameters<typeof voucherWaitingLetter>[1]): Promise<void> {
    const { mailed } = await mailedOrder(tx, order);
    await this.#queue(tx, order, `voucher-waiting:${order.id}`, voucherWaitingLetter(mailed, voucher));
  }

  /** @param time which of the notices of shipping it is: a corrected number is told as well */
  async shipped(
    tx: Tx,
    order: Order,
    parcel: { carrier: string; trackingNumber: string },
    time: number,
  ): Promise<void> {
    const { mailed, now } = await mailedOrder(tx, order);
    const letter = orderShippedLetter(mailed, {
      shippedAt: order.shippedAt ?? now,
      carrier: parcel.carrier,
      trackingNumber: parcel.trackingNumber || null,
    });
    await this.#queue(tx, order, `order-shipped:${order.id}:${time}`, letter);
  }

  /** Stripe has taken the refund on. What is told as given back of the order is what it has been asked for so far. */
  async refunded(tx: Tx, order: Order, refund: { id: string; amount: number; isLate: boolean }): Promise<void> {
    const { mailed } = await mailedOrder(tx, order);
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

/** One statement: a sale waits for it. */
async function mailedOrder(tx: Tx, order: Order): Promise<{ mailed: MailedOrder; now: Date }> {
  const { rows } = await tx.sql<Pick<MailedOrder, 'timeZone' | 'lines' | 'taxes'> & { now: Date }>(
    `SELECT b.time_zone AS "timeZone", engawa_now() AS now,
            (SELECT json_agg(json_build_object('productName', product_name, 'variantName', variant_name, 'unitAmount', unit_amount,
               'quantity', quantity, 'taxRateBp', tax_rate_bp) ORDER BY position) FROM order_lines WHERE order_id = $2) AS lines,
            (SELECT json_agg(json_build_object('rateBp', rate_bp, 'taxableAmount', taxable_amount, 'taxAmount', tax_amount)
               ORDER BY rate_bp DESC) FROM order_taxes WHERE order_id = $2) AS taxes
     FROM brands b WHERE b.id = $1`,
    [order.brandId, order.id],
  );
  const { timeZone, lines, taxes, now } = rows[0]!;
  const mailed = {
    locale: order.locale,
    sellerName: order.brandName,
    timeZone,
    number: order.number,
    buyerName: order.name,
    currency: order.currency,
    lines,
    itemsAmount: order.itemsAmount,
    discountAmount: order.discountAmount,
    shippingAmount: order.shippingAmount,
    totalAmount: order.totalAmount,
    pricesIncludeTax: order.pricesIncludeTax,
    taxes,
    statusUrl: `${config.publicUrl}/orders/${order.id}?key=${orderAccessKey(order.id)}`,
  };
  return { mailed, now };
}
