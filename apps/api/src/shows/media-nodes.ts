import type { MediaFact } from '#contracts/media';
import type { Queryable } from '../database/index.ts';

type Heartbeat = Extract<MediaFact, { type: 'heartbeat' }>;

/** Without a heartbeat for this long a media process is gone and so are its broadcasts. */
export const NODE_LOST_SECONDS = 4;

/** Writes down that a media process lives, and how full it is. */
export async function keepNode(tx: Queryable, fact: Heartbeat): Promise<void> {
  const edges = Object.fromEntries(fact.edges.map(({ broadcastId, viewers }) => [broadcastId, viewers]));
  const viewers = [...fact.broadcasts, ...fact.edges].reduce((sum, one) => sum + one.viewers, 0);
  await tx.sql(
    `INSERT INTO media_nodes (id, boot_id, public_url, control_url, packager, webrtc_viewers, max_viewers, edges, seen_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
     ON CONFLICT (id) DO UPDATE SET boot_id = $2, public_url = $3, control_url = $4, packager = $5, webrtc_viewers = $6,
       max_viewers = $7, edges = $8, seen_at = now()`,
    [
      fact.nodeId,
      fact.bootId,
      fact.publicUrl,
      fact.controlUrl,
      fact.packager,
      viewers,
      fact.maxViewers,
      JSON.stringify(edges),
    ],
  );
}

/**
 * The media process that serves one more viewer of a broadcast: the one that has it while there is room, then one that
 * already brings it to others, then the emptiest.
 * @returns null when all are full, or silent
 */
export async function nodeForViewer(
  tx: Queryable,
  broadcastId: string,
  originId: string,
): Promise<{ id: string; publicUrl: string } | null> {
  const { rows } = await tx.sql<{ id: string; public_url: string }>(
    `SELECT id, public_url FROM media_nodes
     WHERE seen_at > now() - make_interval(secs => $3) AND webrtc_viewers < max_viewers
     ORDER BY id <> $2, NOT edges ? $1, webrtc_viewers - max_viewers, id LIMIT 1`,
    [broadcastId, originId, NODE_LOST_SECONDS],
  );
  return rows[0] ? { id: rows[0].id, publicUrl: rows[0].public_url } : null;
}

/** Control URLs of all that have viewers of a show's broadcast, each with the broadcast. */
export async function nodesOfShow(
  tx: Queryable,
  showId: string,
): Promise<{ broadcastId: string; controlUrl: string }[]> {
  const { rows } = await tx.sql<{ id: string; control_url: string }>(
    `SELECT b.id, n.control_url FROM broadcasts b JOIN media_nodes n ON n.id = b.node_id OR n.edges ? b.id::text
     WHERE b.show_id = $1 AND b.state <> 'ended'`,
    [showId],
  );
  return rows.map((row) => ({ broadcastId: row.id, controlUrl: row.control_url }));
}
