import type { AuthorRole, Message } from '#contracts/room';
import type { Queryable } from '../database/index.ts';

/** A message that is not written yet. */
export interface Draft {
  id: string;
  authorKey: string;
  clientMessageId: string;
  viewerId: string | null;
  memberId: string | null;
  name: string;
  role: AuthorRole;
  text: string;
}

export type InsertOutcome =
  | { kind: 'posted' | 'known'; message: Message } // known: the same client message id was posted before
  | { kind: 'muted'; until: string }
  | { kind: 'ended' };

interface MessageRow {
  id: string;
  seq: string;
  client_message_id: string;
  viewer_id: string | null;
  name: string;
  role: AuthorRole;
  text: string;
  sent_at: Date;
  deleted: boolean;
}

function messageOf(row: MessageRow): Message {
  return {
    id: row.id,
    seq: Number(row.seq),
    clientMessageId: row.client_message_id,
    viewerId: row.viewer_id,
    name: row.name,
    role: row.role,
    text: row.deleted ? '' : row.text,
    sentAt: row.sent_at.toISOString(),
    deleted: row.deleted,
  };
}

/**
 * Writes messages of one show in one statement: numbers them in the room's sequence, skips what was posted before, and what a muted viewer
 * sent. @returns one outcome per draft, in order; undefined for all when there is no such show
 */
export async function insertMessages(
  queryable: Queryable,
  showId: string,
  drafts: Draft[],
): Promise<(InsertOutcome | undefined)[]> {
  const column = <K extends keyof Draft>(name: K) => drafts.map((draft) => draft[name]);
  const { rows } = await queryable.sql<
    Omit<MessageRow, 'id'> & {
      place: string;
      id: string | null;
      fresh: boolean;
      muted_until: Date | null;
      ended: boolean;
    }
  >(
    `WITH show AS (
       SELECT state = 'ended' AS ended FROM shows WHERE id = $1
     ), draft AS (
       SELECT d.*, m.until AS muted_until FROM show, unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[])
         WITH ORDINALITY AS d (id, author_key, client_message_id, viewer_id, member_id, name, role, text, place)
       LEFT JOIN mutes m ON m.show_id = $1 AND m.viewer_id = d.viewer_id AND m.until > engawa_now()
     ), known AS (
       SELECT d.place, c.* FROM draft d JOIN chat_messages c
         ON c.show_id = $1 AND c.author_key = d.author_key AND c.client_message_id = d.client_message_id
     ), fresh AS (
       SELECT d.*, row_number() OVER (ORDER BY d.place) AS n FROM draft d, show
       WHERE NOT show.ended AND d.muted_until IS NULL AND d.place NOT IN (SELECT place FROM known)
         AND NOT EXISTS (SELECT 1 FROM draft e WHERE e.author_key = d.author_key
                         AND e.client_message_id = d.client_message_id AND e.place < d.place)
     ), room AS (
       UPDATE rooms SET seq = seq + (SELECT count(*) FROM fresh)
       WHERE show_id = $1 AND EXISTS (SELECT 1 FROM fresh) RETURNING seq
     ), made AS (
       INSERT INTO chat_messages (id, show_id, seq, author_key, client_message_id, viewer_id, member_id, name, role, text, sent_at)
       SELECT id, $1, room.seq - (SELECT count(*) FROM fresh) + n, author_key, client_message_id, viewer_id, member_id, name, role,
              text, engawa_now()
       FROM fresh, room RETURNING *
     )
     SELECT d.place, d.muted_until, show.ended, COALESCE(m.id, k.id) AS id, m.id IS NOT NULL AS fresh,
            COALESCE(m.seq, k.seq) AS seq, d.client_message_id, d.viewer_id, COALESCE(k.name, d.name) AS name,
            COALESCE(k.role, d.role) AS role, COALESCE(k.text, d.text) AS text,
            COALESCE(m.sent_at, k.sent_at) AS sent_at, COALESCE(k.deleted_seq IS NOT NULL, false) AS deleted
     FROM draft d CROSS JOIN show
     LEFT JOIN made m ON m.author_key = d.author_key AND m.client_message_id = d.client_message_id
     LEFT JOIN known k ON k.place = d.place
     ORDER BY d.place`,
    [
      showId,
      column('id'),
      column('authorKey'),
      column('clientMessageId'),
      column('viewerId'),
      column('memberId'),
      column('name'),
      column('role'),
      column('text'),
    ],
  );
  const shown = new Set<string>();
  return drafts.map((_, index) => {
    const row = rows[index];
    if (!row) return undefined;
    if (row.id) {
      // Two drafts of one client message id in one batch share the row: it is news only once.
      const kind = row.fresh && !shown.has(row.id) ? 'posted' : 'known';
      shown.add(row.id);
      return { kind, message: messageOf({ ...row, id: row.id }) };
    }
    return row.muted_until ? { kind: 'muted', until: row.muted_until.toISOString() } : { kind: 'ended' };
  });
}

const HISTORY = 50;
const MOST_MISSED = 500;

/**
 * Messages for a snapshot, in order: the last 50, or with `since` everything that was posted or deleted after it.
 * `truncated` when more than 500 were missed; then only the last 500 are here.
 */
export async function messagesSince(
  queryable: Queryable,
  showId: string,
  since: number | undefined,
): Promise<{ messages: Message[]; truncated: boolean }> {
  const limit = since === undefined ? HISTORY : MOST_MISSED;
  const { rows } = await queryable.sql<MessageRow>(
    `SELECT id, seq, client_message_id, viewer_id, name, role, text, sent_at, deleted_seq IS NOT NULL AS deleted
     FROM chat_messages WHERE show_id = $1 AND ($2::bigint IS NULL OR seq > $2 OR deleted_seq > $2)
     ORDER BY seq DESC LIMIT $3`,
    [showId, since ?? null, limit + 1],
  );
  return {
    messages: rows.slice(0, limit).reverse().map(messageOf),
    truncated: since !== undefined && rows.length > limit,
  };
}
