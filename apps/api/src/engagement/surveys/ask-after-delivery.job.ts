import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { Database, Jobs } from '../../database/index.ts';
import { MailService, surveyLetter } from '../../mail/index.ts';
import { wasAsked } from './surveys.queries.ts';
import { openWave, SurveysService } from './surveys.service.ts';

const FIRST_SECONDS = 120;
const EVERY_SECONDS = 3_600;
/** In Japan a parcel has come by then. */
const ARRIVED_AFTER = '3 days';
/** Whose parcel came long ago is not asked any more, such as after the house had been closed. */
const TOO_LATE_AFTER = '14 days';
const AT_ONCE = 200;

interface Arrived {
  orderId: string;
  brandId: string;
  viewerId: string;
  email: string;
  locale: 'ja' | 'en';
  sellerName: string;
  timeZone: string;
  month: string;
}

/** Asks whose order has arrived whether they would recommend the shop: by mail, one wave a month, each person once. */
@Injectable()
export class AskAfterDeliveryJob implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly mails: MailService,
    private readonly surveys: SurveysService,
  ) {}

  onModuleInit(): void {
    this.jobs.register('ask-after-delivery', async () => {
      await this.#plan(EVERY_SECONDS);
      await this.askAll();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#plan(FIRST_SECONDS);
  }

  /** @returns how many were asked */
  async askAll(): Promise<number> {
    const { rows } = await this.database.sql<Arrived>(
      `SELECT DISTINCT ON (o.brand_id, o.viewer_id) o.id AS "orderId", o.brand_id AS "brandId", o.viewer_id AS "viewerId", o.email, o.locale,
              b.name AS "sellerName", b.time_zone AS "timeZone", to_char(engawa_now() AT TIME ZONE b.time_zone, 'YYYY-MM') AS month
       FROM orders o JOIN brands b ON b.id = o.brand_id
       WHERE o.state = 'paid' AND o.shipped_at BETWEEN engawa_now() - $1::interval AND engawa_now() - $2::interval
         AND NOT EXISTS (
           SELECT FROM surveys s JOIN survey_asks a ON a.survey_id = s.id
           WHERE s.brand_id = o.brand_id AND a.subject_id = o.viewer_id
             AND s.wave = 'delivered:' || to_char(engawa_now() AT TIME ZONE b.time_zone, 'YYYY-MM'))
       ORDER BY o.brand_id, o.viewer_id, o.shipped_at DESC LIMIT $3`,
      [TOO_LATE_AFTER, ARRIVED_AFTER, AT_ONCE],
    );
    let asked = 0;
    for (const order of rows) {
      try {
        asked += (await this.#ask(order)) ? 1 : 0;
      } catch (error) {
        logger.warn({ err: error, orderId: order.orderId }, 'nobody was asked about an order');
      }
    }
    return asked;
  }

  /** Somebody who was asked on another device counts as asked here too. */
  async #ask({ brandId, viewerId, month, email, ...reader }: Arrived): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      const wave = `delivered:${month}`;
      const surveyId = await openWave(tx, { brandId, wave, kind: 'nps', moment: 'delivered' });
      const isNew = !(await wasAsked(tx, surveyId, viewerId));
      await tx.sql(`INSERT INTO survey_asks (survey_id, subject_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        surveyId,
        viewerId,
      ]);
      if (!isNew) return false;
      const url = `${config.publicUrl}/survey/${await this.surveys.linkToken(surveyId, viewerId)}`;
      const letter = surveyLetter({ ...reader, url });
      await this.mails.queue(tx, { ...letter, brandId, reference: `survey:${surveyId}:${viewerId}`, to: email });
      return true;
    });
  }

  async #plan(delaySeconds: number): Promise<void> {
    await this.database.transaction((tx) =>
      tx.addJob('ask-after-delivery', {}, { delaySeconds, key: 'ask-after-delivery' }),
    );
  }
}
