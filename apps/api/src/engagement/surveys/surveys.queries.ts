import {
  surveyScale,
  surveyValue,
  type Survey,
  type SurveyKind,
  type SurveyMoment,
  type SurveyResult,
} from '#contracts/surveys';
import type { Queryable } from '../../database/index.ts';

interface ResultRow {
  id: string;
  kind: SurveyKind;
  moment: SurveyMoment;
  show_id: string | null;
  show_title: string | null;
  product_name: string | null;
  opened_at: Date;
  closed_at: Date | null;
  asked: number;
  scores: Record<string, number> | null;
}

/** Waves with their answers, one latest answer per person, newest first. */
export async function surveyResults(
  queryable: Queryable,
  brandId: string,
  where: { id?: string; showId?: string; from?: string | undefined; to?: string | undefined },
): Promise<SurveyResult[]> {
  const { rows } = await queryable.sql<ResultRow>(
    `SELECT s.id, s.kind, s.moment, s.show_id, sh.title AS show_title, p.name AS product_name, s.opened_at, s.closed_at,
       (SELECT count(DISTINCT COALESCE(l.person_id, a.subject_id))::int FROM (
          SELECT subject_id FROM survey_asks WHERE survey_id = s.id UNION SELECT subject_id FROM survey_answers WHERE survey_id = s.id
        ) a LEFT JOIN person_links l ON l.brand_id = s.brand_id AND l.subject_id = a.subject_id) AS asked,
       (SELECT jsonb_object_agg(score, people) FROM (
          SELECT score, count(*) AS people FROM (
            SELECT DISTINCT ON (COALESCE(l.person_id, a.subject_id)) a.score
            FROM survey_answers a LEFT JOIN person_links l ON l.brand_id = s.brand_id AND l.subject_id = a.subject_id
            WHERE a.survey_id = s.id ORDER BY COALESCE(l.person_id, a.subject_id), a.answered_at DESC, a.subject_id) latest
          GROUP BY score) by_score) AS scores
     FROM surveys s LEFT JOIN shows sh ON sh.id = s.show_id LEFT JOIN products p ON p.id = s.product_id
     WHERE s.brand_id = $1 AND ($2::uuid IS NULL OR s.id = $2) AND ($3::uuid IS NULL OR s.show_id = $3)
       AND ($4::timestamptz IS NULL OR s.opened_at >= $4) AND ($5::timestamptz IS NULL OR s.opened_at < $5)
     ORDER BY s.opened_at DESC, s.id DESC`,
    [brandId, where.id ?? null, where.showId ?? null, where.from ?? null, where.to ?? null],
  );
  return rows.map(resultOf);
}

function resultOf(row: ResultRow): SurveyResult {
  const [lowest, highest] = surveyScale[row.kind];
  const counts = Array.from({ length: highest - lowest + 1 }, (_, index) => row.scores?.[lowest + index] ?? 0);
  return {
    id: row.id,
    kind: row.kind,
    moment: row.moment,
    showId: row.show_id,
    showTitle: row.show_title,
    productName: row.product_name,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    asked: row.asked,
    answers: counts.reduce((sum, count) => sum + count, 0),
    counts,
    value: surveyValue(row.kind, counts),
  };
}

/** What a viewer reads of a survey; null for one that is unknown or closed. */
export async function openSurvey(queryable: Queryable, id: string): Promise<(Survey & { brandId: string }) | null> {
  const { rows } = await queryable.sql<{
    id: string;
    kind: SurveyKind;
    brand_id: string;
    brand_name: string;
    show_title: string | null;
    product_name: string | null;
  }>(
    `SELECT s.id, s.kind, s.brand_id, b.name AS brand_name, sh.title AS show_title, p.name AS product_name
     FROM surveys s JOIN brands b ON b.id = s.brand_id LEFT JOIN shows sh ON sh.id = s.show_id LEFT JOIN products p ON p.id = s.product_id
     WHERE s.id = $1 AND s.closed_at IS NULL`,
    [id],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    kind: row.kind,
    brandId: row.brand_id,
    brandName: row.brand_name,
    showTitle: row.show_title,
    productName: row.product_name,
  };
}

/** Whether any identifier of this person was asked, or has answered, in the wave. */
export async function wasAsked(queryable: Queryable, surveyId: string, subjectId: string): Promise<boolean> {
  const { rows } = await queryable.sql(
    `WITH person AS (
       SELECT s.id AS survey_id, s.brand_id, COALESCE(l.person_id, $2::uuid) AS id
       FROM surveys s LEFT JOIN person_links l ON l.brand_id = s.brand_id AND l.subject_id = $2 WHERE s.id = $1
     ), subject AS (
       SELECT survey_id, $2::uuid AS id FROM person
       UNION SELECT p.survey_id, l.subject_id FROM person p JOIN person_links l ON l.brand_id = p.brand_id AND l.person_id = p.id
     )
     SELECT 1 FROM survey_asks a JOIN subject s ON s.survey_id = a.survey_id AND s.id = a.subject_id
     UNION ALL SELECT 1 FROM survey_answers a JOIN subject s ON s.survey_id = a.survey_id AND s.id = a.subject_id LIMIT 1`,
    [surveyId, subjectId],
  );
  return rows.length > 0;
}
