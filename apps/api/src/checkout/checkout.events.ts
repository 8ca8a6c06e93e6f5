import { DomainEvent } from '../database/index.ts';

export const orderPaid = new DomainEvent<{ orderId: string; showId: string; brandId: string }>('order.paid');
