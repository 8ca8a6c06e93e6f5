import { Injectable, type OnModuleInit } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { ParsedRequestOf } from '#contracts/endpoint';
import type { MediaGrant, ShowState } from '#contracts/shows';
import { MOST_INVITED, MOST_ON_AIR, stageApi, type Invited, type Seat, type StageDesk } from '#contracts/stage';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { signToken, verifyToken } from '#platform/grants';
import type { Actor } from '../accounts/index.ts';
import { Database, DomainEvents, type Queryable, type Tx } from '../database/index.ts';
import { BroadcastsService, lockShow, mediaHeard, RoomLog, SnapshotParts } from '../shows/index.ts';
import { removedFrom, stageOf } from './stage.queries.ts';

type Request<E extends keyof typeof stageApi> = ParsedRequestOf<(typeof stageApi)[E]>;

const PURPOSE = 'stage-link';
/** A link is good until a day after the show was to begin, and for a day at least. */
const LINK_HOURS = 24;
/** Their page speaks each second. */
const PRESENT_SECONDS = 6;

interface ParticipantRow {
  id: string;
  show_id: string;
  name: string;
  role: Invited['role'];
  expires_at: Date;
  removed_at: Date | null;
  on_air_at: Date | null;
  muted: boolean;
  present: boolean;
}

/** Who else is in the picture: invited by link, waiting, on air, muted, removed; and how the pictures stand together. */
@Injectable()
export class StageService implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly broadcasts: BroadcastsService,
    private readonly log: RoomLog,
    private readonly parts: SnapshotParts,
    private readonly events: DomainEvents,
  ) {}

  onModuleInit(): void {
    this.parts.add(async (tx, { showId }) => ({ stage: await stageOf(tx, showId) }));
    // A process that missed a change, or whose broadcast has just begun, is told again.
    this.events.on(mediaHeard, async ({ broadcasts }) => {
      for (const { showId, stageVersion } of broadcasts) await this.#tellMedia(showId, stageVersion);
    });
  }

  async desk(brandId: string, showId: string): Promise<StageDesk> {
    await this.#requireShow(brandId, showId);
    return this.#desk(this.database, showId);
  }

  async invite({ brandId }: Actor, { id: showId, role, name }: Request<'invite'>): Promise<StageDesk> {
    await this.database.transaction(async (tx) => {
      const show = await lockShow(tx, showId, brandId);
      if (show.state === 'ended') throw new AppError('show_ended');
      const { rows } = await tx.sql<{ count: number }>(
        `SELECT count(*)::int AS count FROM stage_participants
         WHERE show_id = $1 AND removed_at IS NULL AND expires_at > engawa_now()`,
        [showId],
      );
      if (rows[0]!.count >= MOST_INVITED) throw new AppError('conflict', { limit: MOST_INVITED });
      await tx.sql(
        `INSERT INTO stage_participants (id, show_id, role, name, invited_at, expires_at)
         SELECT $1, s.id, $3, $4, engawa_now(), greatest(engawa_now(), s.starts_at) + make_interval(hours => $5)
         FROM shows s WHERE s.id = $2`,
        [uuid(), showId, role, name, LINK_HOURS],
      );
    });
    return this.#desk(this.database, showId);
  }

  async place({ brandId }: Actor, { id: showId, participantId, onAir, muted }: Request<'place'>): Promise<StageDesk> {
    await this.#change(brandId, showId, async (tx) => {
      const row = await this.#participant(tx, participantId, showId);
      if (row.removed_at) throw new AppError('not_found');
      const takes = onAir === true && row.on_air_at === null;
      if (takes) {
        const { onAir: others } = await stageOf(tx, showId);
        if (others.length >= MOST_ON_AIR) throw new AppError('conflict', { limit: MOST_ON_AIR });
      }
      await tx.sql(
        `UPDATE stage_participants SET muted = COALESCE($3, muted),
           on_air_at = CASE WHEN $2::boolean IS NULL THEN on_air_at WHEN $2 THEN COALESCE(on_air_at, engawa_now()) END
         WHERE id = $1`,
        [participantId, onAir ?? null, muted ?? null],
      );
      if (onAir === false) await this.#leavesMain(tx, showId, participantId);
    });
    return this.#desk(this.database, showId);
  }

  async remove({ brandId }: Actor, { id: showId, participantId }: Request<'remove'>): Promise<StageDesk> {
    await this.#change(brandId, showId, async (tx) => {
      await this.#participant(tx, participantId, showId);
      await tx.sql(
        `UPDATE stage_participants SET removed_at = COALESCE(removed_at, engawa_now()), on_air_at = NULL WHERE id = $1`,
        [participantId],
      );
      await this.#leavesMain(tx, showId, participantId);
    });
    return this.#desk(this.database, showId);
  }

  async arrange({ brandId }: Actor, { id: showId, layout, mainId, programme }: Request<'arrange'>): Promise<StageDesk> {
    await this.#change(brandId, showId, async (tx) => {
      if (mainId && !(await stageOf(tx, showId)).onAir.some(({ id }) => id === mainId)) throw new AppError('not_found');
      await tx.sql(
        `UPDATE stages SET layout = COALESCE($2, layout), programme = COALESCE($3, programme),
           main_id = CASE WHEN $4 THEN $5::uuid ELSE main_id END
         WHERE show_id = $1`,
        [showId, layout ?? null, programme ?? null, mainId !== undefined, mainId ?? null],
      );
    });
    return this.#desk(this.database, showId);
  }

  /** @throws show_not_live */
  async preview({ brandId, memberId }: Actor, showId: string): Promise<MediaGrant> {
    await this.#requireShow(brandId, showId);
    return this.broadcasts.grantFor(showId, { role: 'studio', subject: memberId });
  }

  async seat({ token, waiting }: Request<'seat'>): Promise<Seat> {
    const row = await this.#byLink(token);
    if (waiting) await this.database.sql(`UPDATE stage_participants SET seen_at = now() WHERE id = $1`, [row.id]);
    const { rows } = await this.database.sql<{
      title: string;
      host_name: string;
      brand_name: string;
      state: ShowState;
      starts_at: Date;
      broadcasting: boolean;
    }>(
      `SELECT s.title, s.host_name, b.name AS brand_name, s.state, s.starts_at,
              EXISTS (SELECT FROM broadcasts WHERE show_id = s.id AND state <> 'ended') AS broadcasting
       FROM shows s JOIN brands b ON b.id = s.brand_id WHERE s.id = $1`,
      [row.show_id],
    );
    const show = rows[0]!;
    if (show.state === 'ended') throw new AppError('show_ended');
    return {
      participantId: row.id,
      name: row.name,
      role: row.role,
      show: {
        title: show.title,
        hostName: show.host_name,
        brandName: show.brand_name,
        state: show.state,
        startsAt: show.starts_at.toISOString(),
      },
      broadcasting: show.broadcasting,
      stage: await stageOf(this.database, row.show_id),
      expiresAt: row.expires_at.toISOString(),
    };
  }

  async enter(token: string): Promise<MediaGrant> {
    const { id, show_id: showId, name, role } = await this.#byLink(token);
    return this.broadcasts.grantFor(showId, {
      role: 'guest',
      subject: id,
      guest: { participantId: id, name, role },
    });
  }

  /** One change of the stage: a new version, told to the room and to the media process. */
  async #change(brandId: string, showId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    await this.database.transaction(async (tx) => {
      const show = await lockShow(tx, showId, brandId);
      if (show.state === 'ended') throw new AppError('show_ended');
      await tx.sql(
        `INSERT INTO stages (show_id, version, layout, main_id, programme) VALUES ($1, 1, 'side_by_side', NULL, 'main')
         ON CONFLICT (show_id) DO UPDATE SET version = stages.version + 1`,
        [showId],
      );
      await work(tx);
      await this.log.append(tx, showId, { type: 'stage.changed', stage: await stageOf(tx, showId) });
      tx.afterCommit(() => void this.#tellMedia(showId));
    });
  }

  /** The large picture is then the host's again. */
  async #leavesMain(tx: Tx, showId: string, participantId: string): Promise<void> {
    await tx.sql(`UPDATE stages SET main_id = NULL WHERE show_id = $1 AND main_id = $2`, [showId, participantId]);
  }

  /** @param known the version that it has in force; it is told only another */
  async #tellMedia(showId: string, known?: number): Promise<void> {
    const stage = await stageOf(this.database, showId);
    if (stage.version === known) return;
    const removed = await removedFrom(this.database, showId);
    await this.broadcasts.command(showId, (broadcastId) => ({ type: 'stage', broadcastId, stage, removed }));
  }

  async #desk(queryable: Queryable, showId: string): Promise<StageDesk> {
    const { rows } = await queryable.sql<ParticipantRow>(
      `SELECT p.*, COALESCE(p.seen_at > now() - make_interval(secs => $2), false) AS present FROM stage_participants p
       WHERE p.show_id = $1 AND p.removed_at IS NULL AND (p.expires_at > engawa_now() OR p.on_air_at IS NOT NULL)
       ORDER BY p.role = 'guest', p.invited_at, p.id`,
      [showId, PRESENT_SECONDS],
    );
    const invited = await Promise.all(
      rows.map(async (row) => ({
        id: row.id,
        name: row.name,
        role: row.role,
        link: await linkOf(row),
        expiresAt: row.expires_at.toISOString(),
        present: row.present,
        onAir: row.on_air_at !== null,
        muted: row.muted,
      })),
    );
    return { stage: await stageOf(queryable, showId), invited };
  }

  /** @throws grant_invalid, grant_expired, banned */
  async #byLink(token: string): Promise<ParticipantRow> {
    const { sub } = await verifyToken(PURPOSE, token);
    const row = await this.#participant(this.database, String(sub));
    if (row.removed_at) throw new AppError('banned');
    return row;
  }

  /** @throws not_found, for one of another show too */
  async #participant(queryable: Queryable, id: string, showId?: string): Promise<ParticipantRow> {
    const { rows } = await queryable.sql<ParticipantRow>(
      `SELECT p.*, false AS present FROM stage_participants p WHERE id = $1 AND ($2::uuid IS NULL OR show_id = $2)`,
      [id, showId ?? null],
    );
    if (!rows[0]) throw new AppError('not_found');
    return rows[0];
  }

  /** @throws not_found, for another brand's show too */
  async #requireShow(brandId: string, showId: string): Promise<void> {
    const { rows } = await this.database.sql(`SELECT 1 FROM shows WHERE id = $1 AND brand_id = $2`, [showId, brandId]);
    if (rows.length === 0) throw new AppError('not_found');
  }
}

/** Signed, so that the desk can show it again, and its end is told without asking the database. */
async function linkOf({ id, expires_at: end }: ParticipantRow): Promise<string> {
  const seconds = Math.floor((end.getTime() - Date.now()) / 1000);
  return `${config.publicUrl}/stage/${await signToken(PURPOSE, { sub: id }, seconds)}`;
}
