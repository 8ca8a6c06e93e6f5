import { emptyStage, type Stage, type StageParticipant } from '#contracts/stage';
import type { Queryable } from '../database/index.ts';

/** The stage of a show as all are told it. */
export async function stageOf(queryable: Queryable, showId: string): Promise<Stage> {
  const { rows } = await queryable.sql<{
    version: number;
    layout: Stage['layout'];
    main_id: string | null;
    programme: Stage['programme'];
    on_air: StageParticipant[];
  }>(
    `SELECT s.version, s.layout, s.main_id, s.programme, COALESCE((
       SELECT jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'role', p.role, 'muted', p.muted)
                        ORDER BY p.role = 'guest', p.on_air_at, p.id)
       FROM stage_participants p WHERE p.show_id = s.show_id AND p.on_air_at IS NOT NULL), '[]') AS on_air
     FROM stages s WHERE s.show_id = $1`,
    [showId],
  );
  const row = rows[0];
  if (!row) return emptyStage;
  return {
    version: row.version,
    layout: row.layout,
    onAir: row.on_air,
    mainId: row.main_id,
    programme: row.programme,
  };
}

export async function removedFrom(queryable: Queryable, showId: string): Promise<string[]> {
  const { rows } = await queryable.sql<{ id: string }>(
    `SELECT id FROM stage_participants WHERE show_id = $1 AND removed_at IS NOT NULL`,
    [showId],
  );
  return rows.map(({ id }) => id);
}
