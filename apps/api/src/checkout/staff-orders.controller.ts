import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { ordersApi, ordersCsvPath, OrdersCsvRequest } from '#contracts/orders';
import { Endpoint, Input } from '#platform/endpoint';
import { validate } from '#platform/validate';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { ordersCsv } from './orders-csv.ts';
import { OrdersService } from './orders.service.ts';

/** Orders as staff see them. What the buyer sees of theirs is in `checkout.controller.ts`. */
@Controller()
export class StaffOrdersController {
  constructor(
    private readonly database: Database,
    private readonly orders: OrdersService,
  ) {}

  @Endpoint(ordersApi.list)
  @Access('orders.read')
  list(@CurrentMember() actor: Actor, @Input(ordersApi.list) input: ParsedRequestOf<typeof ordersApi.list>) {
    return this.orders.list(actor.brandId, input);
  }

  @Get(ordersCsvPath)
  @Access('orders.read')
  async csv(@CurrentMember() actor: Actor, @Query() query: object, @Res() reply: FastifyReply): Promise<void> {
    const { locale, ...filter } = validate(OrdersCsvRequest, query);
    await reply
      .header('Content-Type', 'text/csv; charset=utf-8')
      .header('Content-Disposition', 'attachment; filename="orders.csv"')
      .header('Cache-Control', 'private, no-store')
      .send(Readable.from(ordersCsv(this.database, actor.brandId, filter, locale)));
  }

  @Endpoint(ordersApi.get)
  @Access('orders.read')
  get(@CurrentMember() actor: Actor, @Input(ordersApi.get) { id }: ParsedRequestOf<typeof ordersApi.get>) {
    return this.orders.get(actor, id);
  }

  @Endpoint(ordersApi.refund)
  @Access('orders.write')
  refund(
    @CurrentMember() actor: Actor,
    @Input(ordersApi.refund) { id, restock, ...wish }: ParsedRequestOf<typeof ordersApi.refund>,
  ) {
    return this.orders.refund(actor, id, wish, restock ?? []);
  }

  @Endpoint(ordersApi.retryRefund)
  @Access('orders.write')
  retryRefund(
    @CurrentMember() actor: Actor,
    @Input(ordersApi.retryRefund) { id, refundId }: ParsedRequestOf<typeof ordersApi.retryRefund>,
  ) {
    return this.orders.retryRefund(actor, id, refundId);
  }

  @Endpoint(ordersApi.settleRefund)
  @Access('orders.write')
  settleRefund(
    @CurrentMember() actor: Actor,
    @Input(ordersApi.settleRefund) { id, refundId, note }: ParsedRequestOf<typeof ordersApi.settleRefund>,
  ) {
    return this.orders.settleRefund(actor, id, refundId, note);
  }

  @Endpoint(ordersApi.restock)
  @Access('orders.write')
  restock(
    @CurrentMember() actor: Actor,
    @Input(ordersApi.restock) { id, ...wish }: ParsedRequestOf<typeof ordersApi.restock>,
  ) {
    return this.orders.restock(actor, id, wish);
  }

  @Endpoint(ordersApi.cancel)
  @Access('orders.write')
  cancel(@CurrentMember() actor: Actor, @Input(ordersApi.cancel) { id }: ParsedRequestOf<typeof ordersApi.cancel>) {
    return this.orders.cancel(actor, id);
  }

  @Endpoint(ordersApi.ship)
  @Access('orders.write')
  ship(
    @CurrentMember() actor: Actor,
    @Input(ordersApi.ship) { id, ...parcel }: ParsedRequestOf<typeof ordersApi.ship>,
  ) {
    return this.orders.ship(actor, id, parcel);
  }
}
