import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { v7 as uuid } from 'uuid';
import type { Coupon as CouponView, CouponInput } from '#contracts/deals';
import { AppError } from '#platform/app-error';
import { Database, violatedConstraint } from '../database/index.ts';
import { Coupon } from './deal.entity.ts';

/** The brand's coupons. One that was used is archived, never deleted: orders name it. */
@Injectable()
export class CouponsService {
  constructor(private readonly database: Database) {}

  /** Newest first, those that are archived last. */
  async list(brandId: string): Promise<CouponView[]> {
    const coupons = await this.database
      .repository(Coupon)
      .find({ where: { brandId }, order: { createdAt: 'DESC' }, take: 500 });
    return coupons.map(couponView).sort((a, b) => Number(a.archived) - Number(b.archived));
  }

  /** @throws invalid_request naming a code that is in use */
  async create(brandId: string, input: CouponInput): Promise<CouponView> {
    const id = uuid();
    const { startsAt, endsAt, ...terms } = input;
    try {
      await this.database.transaction((tx) =>
        tx.repository(Coupon).insert({
          id,
          brandId,
          ...terms,
          startsAt: new Date(startsAt),
          endsAt: endsAt ? new Date(endsAt) : null,
          archivedAt: null,
        }),
      );
    } catch (error) {
      if (violatedConstraint(error) !== 'coupons_code_once') throw error;
      throw new AppError(
        'invalid_request',
        { issues: [{ path: 'code', message: 'this code is in use' }] },
        'code: in use',
      );
    }
    return couponView(await this.database.repository(Coupon).findOneByOrFail({ id }));
  }

  /** @throws not_found */
  async archive(brandId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { affected } = await tx
        .repository(Coupon)
        .update({ id, brandId, archivedAt: IsNull() }, { archivedAt: () => 'engawa_now()' });
      if (!affected) throw new AppError('not_found');
    });
  }
}

function couponView({
  id,
  code,
  kind,
  value,
  minimumAmount,
  firstOrderOnly,
  perBuyer,
  total,
  ...coupon
}: Coupon): CouponView {
  return {
    id,
    code,
    kind,
    value,
    minimumAmount,
    firstOrderOnly,
    perBuyer,
    total,
    combinable: coupon.combinable,
    startsAt: coupon.startsAt.toISOString(),
    endsAt: coupon.endsAt?.toISOString() ?? null,
    used: coupon.used,
    archived: coupon.archivedAt !== null,
  };
}
