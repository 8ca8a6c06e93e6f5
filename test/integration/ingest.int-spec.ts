import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ingestApi, type IngestRequest } from '#contracts/ingest';
import type { GrantClaims } from '#contracts/media';
import { showsApi, type PublicShow } from '#contracts/shows';
import { codeOf, eventually, startApi, type Api, type Staff } from '../support/api.ts';
import { MediaStandIn } from '../support/media-stand-in.ts';

let api: Api;
let media: MediaStandIn;
let host: Staff;
let show: PublicShow;
beforeAll(async () => {
  api = await startApi();
  media = await MediaStandIn.start(api);
  host = await api.staff('host');
});
beforeEach(async () => {
  show = await api.show(host, []);
  media.commands.length = 0;
});
afterAll(async () => {
  await media.close();
  await api.stop();
});

const renew = async () => (await api.call(ingestApi.renew, { id: show.id }, host)).key;
const setup = () => api.call(ingestApi.get, { id: show.id }, host);
const now = () => api.call(showsApi.get, { id: show.id }, host);

/** An encoder stands at the media process. @returns its claims, or why it may not come in */
async function admit(key: string, more: Partial<IngestRequest> = {}): Promise<GrantClaims | string | null> {
  const { signService } = await import('#platform/grants');
  const request: IngestRequest = {
    ...{ showId: show.id, key, protocol: 'whip', nodeId: media.nodeId, bootId: media.bootId },
    ...more,
  };
  const answer = await fetch(`${api.url}/api/media/ingest`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` },
    body: JSON.stringify(request),
  });
  const said = (await answer.json()) as { claims: GrantClaims | null; code?: string };
  return said.code ?? said.claims;
}
const begun = async (key: string) => (await admit(key)) as GrantClaims;

describe('the key of a show', () => {
  it('is told once, and kept as its hash', async () => {
    expect(await setup()).toMatchObject({ whipUrl: `http://localhost:9/whip/${show.id}`, key: null });
    const key = await renew();
    const { key: known } = await setup();
    expect(known).toEqual({ last4: key.slice(-4), createdAt: expect.any(String), usedAt: null, refused: null });
    const { rows } = await api.database.sql<{ whole: string }>(
      `SELECT k::text AS whole FROM ingest_keys k WHERE show_id = $1`,
      [show.id],
    );
    expect(rows[0]!.whole).not.toContain(key);
    expect(rows[0]!.whole).not.toContain(Buffer.from(key).toString('hex'));
  });

  it('opens its own show to its own kind of caller', async () => {
    const key = await renew();
    const claims = await begun(key);
    expect(claims).toEqual({
      broadcastId: expect.any(String),
      showId: show.id,
      role: 'host',
      subject: host.memberId,
    });
    expect((await now()).broadcast).toMatchObject({ id: claims.broadcastId, state: 'starting', source: 'encoder' });
    expect((await setup()).key!.usedAt).not.toBeNull();
    expect(await admit('ing_wrong')).toBe('unauthenticated');
    expect(await admit(key, { showId: randomUUID() })).toBe('unauthenticated');
    const other = await api.show(host, []);
    expect(await admit(key, { showId: other.id })).toBe('unauthenticated');
    expect(await admit(key, { bootId: randomUUID() })).toBe('media_unavailable');
    // RTMP knows the key only, and sends by a process on the media process's own machine.
    expect(await admit(key, { showId: undefined, protocol: 'rtmp' })).toMatchObject({
      showId: show.id,
      plainIngest: true,
    });
    const unsigned = await fetch(`${api.url}/api/media/ingest`, { method: 'POST', body: '{}' });
    expect(unsigned.status).toBe(401);
  });

  it('is void once the show is over', async () => {
    const key = await renew();
    await media.onAir(host, show.id);
    await api.call(showsApi.end, { id: show.id }, host);
    expect(await admit(key)).toBe('show_ended');
    expect(await codeOf(renew())).toBe('show_ended');
  });

  it('made anew ends the old one at once, and who came with it', async () => {
    const old = await renew();
    const { broadcastId } = await begun(old);
    await media.ready(broadcastId);
    const key = await renew();
    expect(await admit(old)).toBe('unauthenticated');
    expect(media.commands).toContainEqual({ type: 'stop', broadcastId, reason: 'key_renewed' });
    expect(await now()).toMatchObject({ state: 'live', broadcast: null });
    await media.ready((await begun(key)).broadcastId);
    expect((await now()).broadcast).toMatchObject({ state: 'live', source: 'encoder' });
  });

  it('made anew leaves the studio’s own broadcast alone', async () => {
    await renew();
    const broadcastId = await media.onAir(host, show.id);
    await renew();
    expect((await now()).broadcast).toMatchObject({ id: broadcastId, state: 'live', source: 'browser' });
  });
});

describe('an encoder', () => {
  it('supersedes what runs, as a host’s come-back does', async () => {
    const key = await renew();
    const browser = await media.onAir(host, show.id);
    const first = await begun(key);
    const second = await begun(key);
    await eventually(() => media.commands.length === 2);
    expect(media.commands.map((command) => 'broadcastId' in command && command.broadcastId)).toEqual([
      browser,
      first.broadcastId,
    ]);
    expect((await now()).broadcast!.id).toBe(second.broadcastId);
    // And the studio takes the show back.
    const again = await media.onAir(host, show.id);
    expect((await now()).broadcast).toMatchObject({ id: again, source: 'browser' });
  });

  it('of many at once leaves one broadcast', async () => {
    const key = await renew();
    const all = await Promise.all(Array.from({ length: 8 }, () => begun(key)));
    const { rows } = await api.database.sql<{ id: string }>(
      `SELECT id FROM broadcasts WHERE show_id = $1 AND state <> 'ended'`,
      [show.id],
    );
    expect(rows).toHaveLength(1);
    expect(all.map(({ broadcastId }) => broadcastId)).toContain(rows[0]!.id);
  });

  it('whose offer cannot be taken begins nothing, and the studio says why until one comes in', async () => {
    const key = await renew();
    const browser = await media.onAir(host, show.id);
    const problem = { kind: 'wrong_codec' as const, details: { field: 'm=video', offered: 'H265' } };
    expect(await admit(key, { problem })).toBeNull();
    expect(await admit('ing_wrong', { problem })).toBe('unauthenticated');
    expect((await now()).broadcast!.id).toBe(browser);
    expect((await setup()).key!.refused).toEqual({ ...problem, at: expect.stringMatching(/^\d{4}-.*Z$/) });
    await begun(key);
    expect((await setup()).key!.refused).toBeNull();
  });
});
