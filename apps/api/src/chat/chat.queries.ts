import { REPLAY_CHAT_PAGE } from '#contracts/replays';
import type { AuthorRole, Message } from '#contracts/room';
import { violatedConstraint, type Database, type Queryable } from '../database/index.ts';

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

const keyOf = ({ authorKey, clientMessageId }: Draft) => `${authorKey} ${clientMessageId}`;

/**
 * Writes messages of one show, numbered in the room's sequence. What was posted before, and what a muted viewer sent, is left out.
 * @param database commits each statement by itself: one that is refused must not take others with it
 * @returns one outcome per draft, in order; undefined for all when there is no such show
 */
export async function insertMessages(
  database: Database,
  showId: string,
  drafts: Draft[],
): Promise<(InsertOutcome | undefined)[]> {
  const firstOf = new Map<string, Draft>();
  for (const draft of drafts) if (!firstOf.has(keyOf(draft))) firstOf.set(keyOf(draft), draft);
  const outcomes = new Map<Draft, InsertOutcome>();
  let open = [...firstOf.values()];
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const messages = await insertAll(database, showId, open);
    if (messages) {
      for (const [index, draft] of open.entries()) outcomes.set(draft, { kind: 'posted', message: messages[index]! });
      break;
    }
    const hindered = await hindrances(database, showId, open);
    if (!hindered) break;
    for (const [draft, outcome] of hindered) outcomes.set(draft, outcome);
    open = open.filter((draft) => !hindered.has(draft));
    // A mute may end between the two statements, but not time and again.
    if (hindered.size === 0 && attempt >= 3) throw new Error('messages were neither written nor hindered');
  }
  return drafts.map((draft) => {
    const first = firstOf.get(keyOf(draft))!;
    const outcome = outcomes.get(first);
    // Two drafts of one client message id in one batch share the row: it is news only once.
    return outcome?.kind === 'posted' && draft !== first ? { ...outcome, kind: 'known' } : outcome;
  });
}

/**
 * The ordinary case, in one statement that finds its rows by keys alone, and so has one plan for every batch.
 * @returns null when nothing was written, since at least one of them must not be, or there is no such show
 */
async function insertAll(database: Database, showId: string, drafts: Draft[]): Promise<Message[] | null> {
  const column = <K extends keyof Draft>(name: K) => drafts.map((draft) => draft[name]);
  try {
    const { rows } = await database.planned.sql<{ seq: string; sent_at: Date }>(
      `WITH room AS (
         UPDATE rooms SET seq = seq + $2 WHERE show_id = $1
           AND EXISTS (SELECT 1 FROM shows WHERE id = $1 AND state <> 'ended')
           AND NOT EXISTS (SELECT 1 FROM mutes WHERE show_id = $1 AND viewer_id = ANY ($6::uuid[]) AND until > engawa_now())
         RETURNING seq - $2 AS before
       )
       INSERT INTO chat_messages (id, show_id, seq, author_key, client_message_id, viewer_id, member_id, name, role, text, sent_at)
       SELECT d.id, $1, room.before + d.place, d.author_key, d.client_message_id, d.viewer_id, d.member_id, d.name, d.role, d.text,
              engawa_now()
       FROM room, unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[])
         WITH ORDINALITY AS d (id, author_key, client_message_id, viewer_id, member_id, name, role, text, place)
       RETURNING seq, sent_at`,
      [
        showId,
        drafts.length,
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
    if (rows.length === 0) return null;
    const written = rows.sort((a, b) => Number(a.seq) - Number(b.seq));
    return drafts.map(({ id, clientMessageId, viewerId, name, role, text }, index) => {
      const { seq, sent_at } = written[index]!;
      return messageOf({
        id,
        seq,
        client_message_id: clientMessageId,
        viewer_id: viewerId,
        name,
        role,
        text,
        sent_at,
        deleted: false,
      });
    });
  } catch (error) {
    if (violatedConstraint(error) === 'chat_messages_client_id_once') return null;
    throw error;
  }
}

/** What stands against writing each of these. @returns null when there is no such show */
async function hindrances(
  database: Database,
  showId: string,
  drafts: Draft[],
): Promise<Map<Draft, InsertOutcome> | null> {
  const { rows } = await database.sql<
    Omit<MessageRow, 'id'> & { place: string; id: string | null; muted_until: Date | null; ended: boolean }
  >(
    `SELECT d.place, show.state = 'ended' AS ended, m.until AS muted_until, c.id, c.seq, c.client_message_id, c.viewer_id, c.name, c.role,
            c.text, c.sent_at, c.deleted_seq IS NOT NULL AS deleted
     FROM shows show CROSS JOIN unnest($2::text[], $3::text[], $4::uuid[])
       WITH ORDINALITY AS d (author_key, client_message_id, viewer_id, place)
     LEFT JOIN mutes m ON m.show_id = show.id AND m.viewer_id = d.viewer_id AND m.until > engawa_now()
     LEFT JOIN chat_messages c
       ON c.show_id = show.id AND c.author_key = d.author_key AND c.client_message_id = d.client_message_id
     WHERE show.id = $1`,
    [
      showId,
      drafts.map(({ authorKey }) => authorKey),
      drafts.map(({ clientMessageId }) => clientMessageId),
      drafts.map(({ viewerId }) => viewerId),
    ],
  );
  if (rows.length === 0) return null;
  const found = new Map<Draft, InsertOutcome>();
  for (const row of rows) {
    const draft = drafts[Number(row.place) - 1]!;
    if (row.id) found.set(draft, { kind: 'known', message: messageOf({ ...row, id: row.id }) });
    else if (row.muted_until) found.set(draft, { kind: 'muted', until: row.muted_until.toISOString() });
    else if (row.ended) found.set(draft, { kind: 'ended' });
  }
  return found;
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

/** What was said in a show that is over, from a moment on and in order; deleted messages were not said. */
export async function messagesFrom(
  queryable: Queryable,
  slug: string,
  from: Date,
  afterSeq: number,
): Promise<{ messages: Message[]; more: boolean }> {
  const { rows } = await queryable.sql<MessageRow>(
    `SELECT c.id, c.seq, '' AS client_message_id, NULL::uuid AS viewer_id, c.name, c.role, c.text, c.sent_at, false AS deleted
     FROM chat_messages c JOIN shows s ON s.id = c.show_id AND s.state = 'ended'
     WHERE s.slug = $1 AND c.sent_at >= $2 AND c.seq > $3 AND c.deleted_seq IS NULL ORDER BY c.seq LIMIT $4`,
    [slug, from, afterSeq, REPLAY_CHAT_PAGE + 1],
  );
  return { messages: rows.slice(0, REPLAY_CHAT_PAGE).map(messageOf), more: rows.length > REPLAY_CHAT_PAGE };
}
