import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { surveyScale, type Survey as SurveyView, type SurveyKind, type SurveyResult } from '#contracts/surveys';
import { AppError } from '#platform/app-error';
import { signToken, verifyToken } from '#platform/grants';
import type { Actor } from '../../accounts/index.ts';
import { Database, type Tx } from '../../database/index.ts';
import { RealtimeServer, Rooms } from '../../realtime/index.ts';
import { lockShow } from '../../shows/index.ts';
import { InteractionLog } from '../interaction-log.ts';
import { Survey } from './survey.entity.ts';
import { openSurvey, surveyResults, wasAsked } from './surveys.queries.ts';

/** A mail may lie unread for a while. */
const LINK_DAYS = 60;

/** Asking viewers: one tap, and never twice to one person in a wave. */
@Injectable()
export class SurveysService {
  constructor(
    private readonly database: Database,
    private readonly rooms: Rooms,
    private readonly realtime: RealtimeServer,
    private readonly log: InteractionLog,
  ) {}

  /** The host's click: the room is asked now. @throws not_found; show_ended; invalid_request for stars without a product, or a product without stars */
  async ask(
    actor: Actor,
    { showId, kind, productId }: { showId: string; kind: SurveyKind; productId: string | null },
  ): Promise<SurveyResult> {
    if ((kind === 'stars') !== (productId !== null)) {
      const message = kind === 'stars' ? 'a product to be rated' : 'only stars are of a product';
      throw new AppError('invalid_request', { issues: [{ path: 'productId', message }] }, `productId: ${message}`);
    }
    return this.database.transaction(async (tx) => {
      const show = await lockShow(tx, showId, actor.brandId);
      if (show.state === 'ended') throw new AppError('show_ended');
      if (productId) {
        const { rows } = await tx.sql(`SELECT 1 FROM offers WHERE show_id = $1 AND product_id = $2`, [
          showId,
          productId,
        ]);
        if (rows.length === 0) throw new AppError('not_found');
      }
      await tx.sql(
        `UPDATE surveys SET closed_at = engawa_now() WHERE show_id = $1 AND moment = 'room' AND closed_at IS NULL`,
        [showId],
      );
      const id = uuid();
      await tx.sql(
        `INSERT INTO surveys (id, brand_id, wave, kind, moment, show_id, product_id, opened_by) VALUES ($1, $2, $3, $4, 'room', $5, $6, $7)`,
        [id, actor.brandId, `room:${id}`, kind, showId, productId, actor.memberId],
      );
      await this.#tellRoom(tx, showId, id);
      return (await surveyResults(tx, actor.brandId, { id }))[0]!;
    });
  }

  /** Everybody who is there: of somebody with two devices, one of them. */
  async #tellRoom(tx: Tx, showId: string, surveyId: string): Promise<void> {
    const { rows } = await tx.sql<{ viewerId: string }>(
      `WITH present AS (
         SELECT DISTINCT ON (COALESCE(l.person_id, v.id)) v.id
         FROM unnest($2::uuid[]) AS v (id) JOIN surveys s ON s.id = $1
         LEFT JOIN person_links l ON l.brand_id = s.brand_id AND l.subject_id = v.id ORDER BY COALESCE(l.person_id, v.id), v.id)
       INSERT INTO survey_asks (survey_id, subject_id) SELECT $1, id FROM present RETURNING subject_id AS "viewerId"`,
      [surveyId, this.rooms.viewersOf(showId)],
    );
    const survey = viewOf((await openSurvey(tx, surveyId))!);
    tx.afterCommit(() => {
      for (const { viewerId } of rows) this.realtime.toViewer(viewerId, 'survey.changed', { showId, survey });
    });
  }

  /** Ends it; one that is over stays as it was. @throws not_found */
  async close(actor: Actor, id: string): Promise<SurveyResult> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<{ show_id: string | null }>(
        `UPDATE surveys SET closed_at = COALESCE(closed_at, engawa_now()) WHERE id = $1 AND brand_id = $2 RETURNING show_id`,
        [id, actor.brandId],
      );
      const showId = rows[0]?.show_id;
      if (!rows[0]) throw new AppError('not_found');
      if (showId) {
        tx.afterCommit(() => {
          for (const viewerId of this.rooms.viewersOf(showId)) {
            this.realtime.toViewer(viewerId, 'survey.changed', { showId, survey: null });
          }
        });
      }
      return (await surveyResults(tx, actor.brandId, { id }))[0]!;
    });
  }

  /** @throws not_found, for another brand's show too */
  async ofShow(brandId: string, showId: string): Promise<SurveyResult[]> {
    const { rows } = await this.database.sql(`SELECT 1 FROM shows WHERE id = $1 AND brand_id = $2`, [showId, brandId]);
    if (rows.length === 0) throw new AppError('not_found');
    return surveyResults(this.database, brandId, { showId });
  }

  /** What a viewer is to be asked now. Who is told of it counts as asked. @throws not_found */
  async due(viewerId: string, showId: string, moment: 'room' | 'leave'): Promise<SurveyView | null> {
    return this.database.transaction(async (tx) => {
      const { rows } = await tx.sql<{ brand_id: string; started: boolean }>(
        `SELECT brand_id, live_since IS NOT NULL AS started FROM shows WHERE id = $1`,
        [showId],
      );
      const show = rows[0];
      if (!show) throw new AppError('not_found');
      const surveyId =
        moment === 'room'
          ? await openInRoom(tx, showId)
          : show.started
            ? await openWave(tx, { brandId: show.brand_id, wave: `leave:${showId}`, kind: 'csat', moment, showId })
            : null;
      if (surveyId === null || (await wasAsked(tx, surveyId, viewerId))) return null;
      const survey = await openSurvey(tx, surveyId);
      if (!survey) return null;
      await tx.sql(`INSERT INTO survey_asks (survey_id, subject_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
        surveyId,
        viewerId,
      ]);
      return viewOf(survey);
    });
  }

  /** One tap; another one changes it. @throws not_found for one that is unknown or closed; invalid_request for a score off its scale */
  async answer(surveyId: string, subjectId: string, score: number, comment: string | null): Promise<void> {
    const survey = await openSurvey(this.database, surveyId);
    if (!survey) throw new AppError('not_found');
    const [lowest, highest] = surveyScale[survey.kind];
    if (score < lowest || score > highest) {
      const message = `from ${lowest} to ${highest}`;
      throw new AppError('invalid_request', { issues: [{ path: 'score', message }] }, `score: ${message}`);
    }
    const { rows } = await this.database.sql<{ show_id: string | null; product_id: string | null }>(
      `WITH answered AS (
         INSERT INTO survey_answers AS a (survey_id, subject_id, score, comment) SELECT id, $2, $3, $4 FROM surveys WHERE id = $1 AND closed_at IS NULL
         ON CONFLICT (survey_id, subject_id) DO UPDATE
           SET score = EXCLUDED.score, comment = COALESCE(EXCLUDED.comment, a.comment), answered_at = engawa_now()
         RETURNING survey_id)
       SELECT show_id, product_id FROM surveys WHERE id IN (SELECT survey_id FROM answered)`,
      [surveyId, subjectId, score, comment === '' ? null : comment],
    );
    if (!rows[0]) throw new AppError('not_found');
    const { show_id: showId, product_id: productId } = rows[0];
    await this.log.record({
      messageId: `survey:${surveyId}:${subjectId}`,
      brandId: survey.brandId,
      subjectId,
      name: 'Survey Answered',
      source: 'room',
      ...(showId ? { showId } : {}),
      ...(productId ? { productId } : {}),
      properties: { survey_id: surveyId, kind: survey.kind, score },
    });
  }

  /** For the link of a mail: names the wave and who answers. */
  async linkToken(surveyId: string, subjectId: string): Promise<string> {
    return signToken('survey-link', { sub: subjectId, survey: surveyId }, LINK_DAYS * 86_400);
  }

  /** @throws grant_invalid, grant_expired; not_found when the wave is closed */
  async byLink(token: string): Promise<{ survey: SurveyView; subjectId: string }> {
    const { sub, survey: surveyId } = await verifyToken('survey-link', token);
    if (!sub || typeof surveyId !== 'string') throw new AppError('grant_invalid');
    const found = await openSurvey(this.database, surveyId);
    if (!found) throw new AppError('not_found');
    return { survey: viewOf(found), subjectId: sub };
  }

  async results(brandId: string, within: { from?: string | undefined; to?: string | undefined }) {
    const surveys = await surveyResults(this.database, brandId, within);
    const { rows } = await this.database.sql<{ surveyId: string; score: number; comment: string; at: Date }>(
      `SELECT a.survey_id AS "surveyId", a.score, a.comment, a.answered_at AS at FROM survey_answers a
       WHERE a.survey_id = ANY($1) AND a.comment IS NOT NULL ORDER BY a.answered_at DESC LIMIT 200`,
      [surveys.map(({ id }) => id)],
    );
    return { surveys, comments: rows.map((row) => ({ ...row, at: row.at.toISOString() })) };
  }
}

const viewOf = ({ brandId: _, ...survey }: SurveyView & { brandId: string }): SurveyView => survey;

async function openInRoom(tx: Tx, showId: string): Promise<string | null> {
  const { rows } = await tx.sql<{ id: string }>(
    `SELECT id FROM surveys WHERE show_id = $1 AND moment = 'room' AND closed_at IS NULL`,
    [showId],
  );
  return rows[0]?.id ?? null;
}

/** The wave of this name, made by the first who needs it. */
export async function openWave(
  tx: Tx,
  wave: Pick<Survey, 'brandId' | 'wave' | 'kind' | 'moment'> & { showId?: string },
): Promise<string> {
  await tx.sql(
    `INSERT INTO surveys (id, brand_id, wave, kind, moment, show_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (brand_id, wave) DO NOTHING`,
    [uuid(), wave.brandId, wave.wave, wave.kind, wave.moment, wave.showId ?? null],
  );
  const { rows } = await tx.sql<{ id: string }>(`SELECT id FROM surveys WHERE brand_id = $1 AND wave = $2`, [
    wave.brandId,
    wave.wave,
  ]);
  return rows[0]!.id;
}
