import { Injectable } from '@nestjs/common';
import type { LtvReport, ValueModel as Model, ValueSettings as Settings } from '#contracts/ltv';
import type { Currency } from '#contracts/money';
import { Database } from '../../database/index.ts';
import { DEFAULT_DISCOUNT_BP, FitValuesJob, fitKey } from './fit-values.job.ts';
import { ValueModel, ValueSettings } from './value.entity.ts';

const EARLIER = 30;

@Injectable()
export class LtvService {
  constructor(
    private readonly database: Database,
    private readonly fits: FitValuesJob,
  ) {}

  async read(brandId: string): Promise<LtvReport> {
    // First: a fit that ends meanwhile is then either still under way, or there.
    const { rows } = await this.database.sql<{ currency: Currency; fitting: boolean }>(
      `SELECT b.currency, EXISTS (SELECT FROM graphile_worker.jobs j WHERE j.key = $2 AND j.attempts < j.max_attempts) AS fitting
       FROM brands b WHERE b.id = $1`,
      [brandId, fitKey(brandId)],
    );
    const [last, ...earlier] = await this.database
      .repository(ValueModel)
      .find({ where: { brandId }, order: { fittedAt: 'DESC', id: 'DESC' }, take: EARLIER });
    const settings = await this.database.repository(ValueSettings).findOneBy({ brandId });
    return {
      ...rows[0]!,
      settings: { marginBp: settings?.marginBp ?? null, discountBp: settings?.discountBp ?? DEFAULT_DISCOUNT_BP },
      model: last ? shown(last) : null,
      earlier: earlier.map(({ id, fittedAt, customers, meanPAlive, predictedAmount }) => ({
        ...{ id, fittedAt: fittedAt.toISOString(), customers, meanPAlive, predictedAmount },
      })),
    };
  }

  async fit(brandId: string): Promise<LtvReport> {
    await this.fits.ask(brandId);
    return this.read(brandId);
  }

  /** The discount is part of the forecast, which is therefore made anew. A margin is applied when figures are read. */
  async saveSettings(brandId: string, settings: Settings): Promise<LtvReport> {
    await this.database.repository(ValueSettings).upsert({ brandId, ...settings }, ['brandId']);
    return this.fit(brandId);
  }
}

function shown({ fittedAt, ...model }: ValueModel): Model {
  const { id, durationMs, observedUntil, customers, repeatCustomers, meanPAlive, predictedAmount, diagnostics } = model;
  return {
    ...{ id, fittedAt: fittedAt.toISOString(), durationMs, observedUntil, customers, repeatCustomers },
    ...{ meanPAlive, predictedAmount, diagnostics },
  };
}
