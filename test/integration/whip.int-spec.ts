import { randomUUID } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { readInit } from '../../apps/media/src/packaging/boxes.ts';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { viewerCapabilities } from '../support/media-input.ts';
import { startMedia, type TestMedia } from '../support/media-process.ts';
import { whip, WhipPublisher, type WhipAnswer } from '../support/whip-publisher.ts';

jest.setTimeout(60_000);

const KEY = 'ing_of-this-show';
const showId = randomUUID();
let desk: FactsDesk;
let media: TestMedia;
let endpoint: string;
/** Broadcasts that encoders began, the newest last. */
let begun: string[] = [];
let vanished: string;
const cleanups: (() => void)[] = [];

beforeAll(async () => {
  desk = await openFactsDesk();
  media = await startMedia(desk);
  endpoint = `${media.url}/whip/${showId}`;
  admitOurs();
  // Long before its end is asked for, as it takes a while to be sure of it.
  const encoder = new WhipPublisher();
  await encoder.open(endpoint, KEY);
  encoder.send();
  await desk.fact('ready', (vanished = begun[0]!));
  encoder.kill();
});
beforeEach(() => {
  begun = [];
  desk.asked.length = 0;
  admitOurs();
});

function admitOurs(): void {
  desk.admit = ({ key, showId: of, problem }) => {
    if (key !== KEY || of !== showId) return 'unauthenticated';
    if (problem) return null;
    begun.push(randomUUID());
    return { broadcastId: begun.at(-1)!, showId, role: 'host', subject: 'the host' };
  };
}

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});
afterAll(async () => {
  await media?.stop();
  await desk.close();
});

const publisher = (...how: ConstructorParameters<typeof WhipPublisher>): WhipPublisher => {
  const made = new WhipPublisher(...how);
  cleanups.push(() => made.close());
  return made;
};
let anOffer: string | null = null;
/** Of an encoder that goes no further. */
const offered = async () => (anOffer ??= await publisher().offer());
/** An offer with each line of that kind changed. */
const changed = (sdp: string, from: RegExp | string, to: string) => sdp.replaceAll(from as string, to);
const codeOf = ({ body }: WhipAnswer) => (JSON.parse(body) as { code: string }).code;
const fieldOf = ({ body }: WhipAnswer) => {
  const { details } = JSON.parse(body) as { details?: { issues?: { path: string }[]; field?: string } };
  return details?.issues?.[0]?.path ?? details?.field;
};

describe('an encoder', () => {
  it('comes in, is on air, and ends with its goodbye', async () => {
    const encoder = publisher();
    const answer = await encoder.open(endpoint, KEY);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/sdp');
    expect(encoder.location).toMatch(new RegExp(`^http://localhost:\\d+/whip/${showId}/[\\w-]{20,}$`));
    expect(encoder.etag).toMatch(/^"[\w-]+"$/);
    const lines = answer.body.split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'a=ice-lite',
        'a=setup:passive',
        'a=group:BUNDLE audio video',
        'a=mid:video',
        'a=recvonly',
        'a=end-of-candidates',
        'a=rtpmap:96 H264/90000',
        'a=rtpmap:111 opus/48000/2',
      ]),
    );
    expect(lines.filter((line) => /^a=candidate:.* udp .* typ host$/.test(line))).toHaveLength(2);

    encoder.send();
    const [broadcastId] = begun;
    await desk.fact('ready', broadcastId);
    const viewer = await media.join(broadcastId!, 'viewer');
    cleanups.push(() => viewer.close());
    const { producers } = await viewer.request('media.hello', {});
    expect(producers.map(({ kind, source }) => [kind, source])).toEqual([
      ['audio', 'microphone'],
      ['video', 'camera'],
    ]);
    const { id } = await viewer.request('transport.create', { direction: 'receive' });
    const { consumers } = await viewer.request('consumer.createAll', {
      transportId: id,
      rtpCapabilities: viewerCapabilities,
    });
    expect(consumers.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);

    expect((await whip(encoder.location, { method: 'DELETE', key: KEY })).status).toBe(200);
    expect((await desk.fact('ended', broadcastId)).reason).toBe('encoder_stopped');
    const after = {
      key: KEY,
      body: 'a=ice-ufrag:abcd',
      type: 'application/trickle-ice-sdpfrag',
      ifMatch: encoder.etag,
    };
    expect((await whip(encoder.location, { method: 'PATCH', ...after })).status).toBe(404);
    expect((await whip(encoder.location, { method: 'DELETE', key: KEY })).status).toBe(404);
  });
});

describe('an encoder without sound', () => {
  it('is on air, and takes nothing from its viewers', async () => {
    const encoder = publisher({ hasSound: false });
    const answer = await encoder.open(endpoint, KEY);
    expect(answer.body.match(/^m=\w+/gm)).toEqual(['m=video']);
    encoder.send();
    const [broadcastId] = begun;
    await desk.fact('ready', broadcastId);
    const viewer = await media.join(broadcastId!, 'viewer');
    cleanups.push(() => viewer.close());
    const { id } = await viewer.request('transport.create', { direction: 'receive' });
    const { consumers } = await viewer.request('consumer.createAll', {
      transportId: id,
      rtpCapabilities: viewerCapabilities,
    });
    expect(consumers.map(({ kind }) => kind)).toEqual(['video']);
    const playlist = async () => (await fetch(`${media.url}/hls/${showId}/live.m3u8`)).text();
    while (!(await playlist()).includes('#EXTINF')) await sleep(200);
    expect((await whip(encoder.location, { method: 'DELETE', key: KEY })).status).toBe(200);
  });
});

describe('what an encoder sends', () => {
  it('is told each second, and its faults by name', async () => {
    const encoder = publisher();
    await encoder.open(endpoint, KEY);
    encoder.send({ bFrames: 2, gop: 120 });
    const [broadcastId] = begun;
    const faults = new Map<string, unknown>();
    while (faults.size < 2) {
      await sleep(100);
      for (const fact of desk.facts) {
        if (fact.type === 'incident' && fact.broadcastId === broadcastId) faults.set(fact.incident, fact.details);
      }
    }
    expect([...faults.keys()].sort()).toEqual(['b_frames', 'keyframe_interval']);
    const { intervalMs } = faults.get('keyframe_interval') as { intervalMs: number };
    expect(Math.abs(intervalMs - 4_000)).toBeLessThan(1_000);

    const state = () =>
      desk.facts.findLast((fact) => fact.type === 'heartbeat')?.broadcasts.find(({ id }) => id === broadcastId)
        ?.encoder;
    while (!state()?.video?.width || !state()?.audio?.kbps) await sleep(100);
    expect(state()).toMatchObject({
      protocol: 'whip',
      video: { codec: 'H264', width: 640, height: 360, layers: 1 },
      audio: { codec: 'opus' },
    });
    expect(Math.abs(state()!.video!.fps! - 30)).toBeLessThan(2);
    expect(state()!.video!.kbps).toBeGreaterThan(100);
    expect((await whip(encoder.location, { method: 'DELETE', key: KEY })).status).toBe(200);
  });

  it('in VP8 is made H264 for LL-HLS, and the host is told so', async () => {
    const playlist = `${media.url}/hls/${showId}/live.m3u8`;
    const newestMap = async () => {
      const text = await (await fetch(playlist)).text();
      return [...text.matchAll(/#EXT-X-MAP:URI="(.*)"/g)].at(-1)?.[1];
    };
    const before = await newestMap();
    const encoder = publisher({ codec: 'vp8' });
    await encoder.open(endpoint, KEY);
    encoder.send();
    const [broadcastId] = begun;
    await desk.fact('ready', broadcastId);
    const isTold = () =>
      desk.facts.some(
        (fact) =>
          fact.type === 'incident' &&
          fact.broadcastId === broadcastId &&
          fact.incident === 'transcoding' &&
          fact.details.codec === 'VP8',
      );
    let map: string | undefined;
    while (map === undefined || map === before || !isTold()) {
      await sleep(100);
      map = await newestMap();
    }
    const init = readInit(Buffer.from(await (await fetch(new URL(map, playlist))).arrayBuffer()));
    expect(init).toMatchObject({ width: 640, height: 360, codecs: expect.stringMatching(/^avc1\.42/) });
  });
});

describe('the door', () => {
  it('is shut without a key, with an old one, and with that of another show', async () => {
    const body = await offered();
    const none = await whip(endpoint, { body });
    expect([none.status, codeOf(none), none.headers.get('www-authenticate')]).toEqual([
      401,
      'unauthenticated',
      'Bearer',
    ]);
    const old = await whip(endpoint, { body, key: 'ing_old' });
    expect([old.status, codeOf(old)]).toEqual([401, 'unauthenticated']);
    expect(old.headers.get('www-authenticate')).toContain('invalid_token');
    expect((await whip(`${media.url}/whip/${randomUUID()}`, { body, key: KEY })).status).toBe(401);
    expect((await whip(`${media.url}/whip/no-show`, { body, key: KEY })).status).toBe(404);
    expect(begun).toEqual([]);
  });

  it('says what the api says of the show', async () => {
    const body = await offered();
    desk.admit = () => 'show_ended';
    const over = await whip(endpoint, { key: KEY, body });
    expect([over.status, codeOf(over)]).toEqual([409, 'show_ended']);
  });

  it('keeps a session for who opened it', async () => {
    const encoder = publisher();
    await encoder.open(endpoint, KEY);
    expect((await whip(encoder.location, { method: 'DELETE', key: 'ing_other' })).status).toBe(401);
    expect((await whip(encoder.location, { method: 'DELETE' })).status).toBe(401);
    expect((await whip(encoder.location, { method: 'DELETE', key: KEY })).status).toBe(200);
  });

  it('lets a page of any origin ask, and says which methods there are', async () => {
    const answer = await whip(endpoint, { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization');
    expect(answer.headers.get('accept-post')).toBe('application/sdp');
    for (const method of ['GET', 'PUT']) {
      const refused = await whip(endpoint, { method });
      expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    }
    const refused = await whip(endpoint, { body: await offered() });
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('two at once', () => {
  it('end as one: the api supersedes the other, whose session is gone', async () => {
    const { signService } = await import('#platform/grants');
    const admit = desk.admit;
    const stopped: Promise<unknown>[] = [];
    // As the api does: a broadcast that runs is stopped for the new one.
    desk.admit = (request) => {
      const [before] = begun.slice(-1);
      const claims = admit(request);
      if (before) {
        const stop = { type: 'stop', broadcastId: before, reason: 'superseded' };
        stopped.push(
          signService().then((token) =>
            fetch(`${media.url}/control`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
              body: JSON.stringify(stop),
            }),
          ),
        );
      }
      return claims;
    };
    const bodies = [await offered(), await offered()];
    const answers = await Promise.all(bodies.map((body) => whip(endpoint, { key: KEY, body })));
    await Promise.all(stopped);
    expect((await desk.fact('ended', begun[0])).reason).toBe('superseded');
    // The first was either let in and then ended, or never began.
    const alive = await Promise.all(
      answers
        .filter(({ status }) => status === 201)
        .map(({ headers }) => whip(headers.get('location')!, { method: 'DELETE', key: KEY })),
    );
    expect(alive.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
  });
});

describe('PATCH', () => {
  const type = 'application/trickle-ice-sdpfrag';
  const fragment = (ufrag: string, pwd: string) =>
    [`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`, 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:audio', ''].join('\r\n') +
    'a=candidate:1 1 udp 2130706431 127.0.0.1 50000 typ host\r\na=end-of-candidates\r\n';
  let encoder: WhipPublisher;
  let own: { ufrag: string; pwd: string };
  const patch = (body: string, ifMatch?: string, more: { key?: string; type?: string } = {}) =>
    whip(encoder.location, {
      method: 'PATCH',
      key: KEY,
      type,
      body,
      ...(ifMatch !== undefined && { ifMatch }),
      ...more,
    });

  beforeEach(async () => {
    encoder = publisher();
    await encoder.open(endpoint, KEY);
    const sdp = await encoder.offer();
    const said = (name: string) => new RegExp(`a=ice-${name}:(\\S+)`).exec(sdp)![1]!;
    own = { ufrag: said('ufrag'), pwd: said('pwd') };
  });
  afterEach(() => whip(encoder.location, { method: 'DELETE', key: KEY }));

  it('takes candidates of the present ICE session, and asks which one is meant', async () => {
    const body = fragment(own.ufrag, own.pwd);
    expect((await patch(body, encoder.etag)).status).toBe(204);
    const unsaid = await patch(body);
    expect([unsaid.status, codeOf(unsaid)]).toEqual([428, 'precondition_required']);
    const other = await patch(body, '"another"');
    expect([other.status, codeOf(other)]).toEqual([412, 'precondition_failed']);
  });

  it('restarts ICE with new credentials and a new ETag, and the media goes on', async () => {
    const same = await patch(fragment(own.ufrag, own.pwd), '*');
    expect([same.status, fieldOf(same)]).toEqual([400, 'a=ice-ufrag']);
    const answer = await patch(fragment('newufrag', 'a-new-password-is-22+x'.replaceAll('-', '/')), '*');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    const etag = answer.headers.get('etag');
    expect(etag).not.toBe(encoder.etag);
    expect(answer.body).toMatch(/a=ice-ufrag:\S+\r\na=ice-pwd:\S+\r\n/);
    expect(answer.body).toMatch(/a=candidate:/);
    expect((await patch(fragment(own.ufrag, own.pwd), encoder.etag)).status).toBe(412);
    expect((await patch(fragment('newufrag', 'a-new-password-is-22+x'.replaceAll('-', '/')), etag!)).status).toBe(204);
    expect(encoder.state).toBe('connected');
  });

  it('names what is wrong with a fragment', async () => {
    const wrong = [
      ['', 'body'],
      ['hello', 'line 1'],
      ['a=mid:0', 'a=ice-ufrag'],
      ['a=ice-ufrag:abcd', 'a=ice-pwd'],
      ['a=ice-ufrag:a\r\na=ice-pwd:b', 'a=ice-ufrag'],
      [Array<string>(500).fill('a=mid:0').join('\r\n'), 'sdpfrag'],
    ] as const;
    for (const [body, field] of wrong) {
      const answer = await patch(body, encoder.etag);
      expect([answer.status, fieldOf(answer)]).toEqual([400, field]);
    }
  });

  it('is for its own kind of body, and for who has the key', async () => {
    expect(fieldOf(await patch(fragment(own.ufrag, own.pwd), encoder.etag, { type: 'application/sdp' }))).toBe(
      'content-type',
    );
    expect((await patch(fragment(own.ufrag, own.pwd), encoder.etag, { key: 'ing_old' })).status).toBe(401);
  });
});

describe('bad input', () => {
  const line = (text: string) => `${text}\r\n`;
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'].map(line).join('');

  it.each<[string, (sdp: string) => string, string]>([
    ['no media', () => head, 'm='],
    ['500 media', (sdp) => head + line('m=video 9 UDP/TLS/RTP/SAVPF 96').repeat(500) + sdp.slice(0, 0), 'm='],
    ['no SDP', () => 'hello', 'sdp'],
    ['sound alone', (sdp) => changed(sdp, /m=video[^]*/g, ''), 'm=video'],
    ['a picture that is not sent', (sdp) => changed(sdp, /(m=video[^]*)a=sendonly/g, '$1a=inactive'), 'm=video'],
    ['no fingerprint', (sdp) => changed(sdp, /a=fingerprint:.*\r\n/g, ''), 'a=fingerprint'],
    [
      'a fingerprint of nonsense',
      (sdp) => changed(sdp, /a=fingerprint:.*/g, 'a=fingerprint:sha-256 xx:yy'),
      'a=fingerprint',
    ],
    ['no ICE', (sdp) => changed(sdp, /a=ice-ufrag:.*\r\n/g, ''), 'a=ice-ufrag'],
    ['a short password', (sdp) => changed(sdp, /a=ice-pwd:.*/g, 'a=ice-pwd:short'), 'a=ice-pwd'],
    ['no bundle', (sdp) => changed(sdp, /a=group:.*\r\n/g, ''), 'a=group:BUNDLE'],
    ['no rtcp-mux', (sdp) => changed(sdp, /a=rtcp-mux\r\n/g, ''), 'm=audio a=rtcp-mux'],
    ['one mid for both', (sdp) => changed(sdp, /a=mid:audio/g, 'a=mid:video'), 'a=mid'],
    ['an encoder that waits for us', (sdp) => changed(sdp, /a=setup:\w+/g, 'a=setup:passive'), 'a=setup'],
    ['plain RTP', (sdp) => changed(sdp, /UDP\/TLS\/RTP\/SAVPF/g, 'RTP/AVP'), 'm=audio'],
    ['nine layers', (sdp) => `${sdp}a=simulcast:send 1;2;3;4;5;6;7;8;9\r\n`, 'm=video a=simulcast'],
    ['a layer that is not described', (sdp) => `${sdp}a=simulcast:send h;l\r\na=rid:h send\r\n`, 'm=video a=rid'],
    ['a stream without a number', (sdp) => changed(sdp, /a=ssrc:4242/g, 'a=ssrc:0'), 'encodings.0.ssrc'],
  ])('with %s is refused by name, and nothing begins', async (_what, make, field) => {
    const sdp = await offered();
    // The video section comes last, so that lines may be added to it.
    expect(sdp.lastIndexOf('m=video')).toBeGreaterThan(sdp.lastIndexOf('m=audio'));
    const answer = await whip(endpoint, { key: KEY, body: make(sdp) });
    expect([answer.status, fieldOf(answer)]).toEqual([400, field]);
    expect(begun).toEqual([]);
  });

  it('of a codec that we lack is refused with what was offered, and the studio is told', async () => {
    const sdp = changed(await offered(), /H264\/90000/g, 'H265/90000');
    const answer = await whip(endpoint, { key: KEY, body: sdp });
    expect([answer.status, codeOf(answer), fieldOf(answer)]).toEqual([422, 'unsupported_media', 'm=video']);
    expect(desk.asked.at(-1)!.problem).toEqual({
      kind: 'wrong_codec',
      details: { field: 'm=video', offered: 'H265' },
    });
    expect(begun).toEqual([]);
  });

  it('of a profile or packing that browsers do not play is a codec that we lack', async () => {
    const sdp = await offered();
    const high10 = changed(sdp, /profile-level-id=\w+/g, 'profile-level-id=6e001f');
    expect((await whip(endpoint, { key: KEY, body: high10 })).status).toBe(422);
    const single = changed(sdp, /packetization-mode=1/g, 'packetization-mode=0');
    const answer = await whip(endpoint, { key: KEY, body: single });
    expect([answer.status, answer.body]).toEqual([422, expect.stringContaining('packetization-mode 0')]);
  });

  it('of a stranger is not spoken of', async () => {
    const answer = await whip(endpoint, { key: 'ing_old', body: head });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthenticated']);
  });

  it('of a megabyte, or of another type, is not read', async () => {
    const big = await whip(endpoint, { key: KEY, body: `${await offered()}${'a=x\r\n'.repeat(200_000)}` });
    expect([big.status, codeOf(big)]).toEqual([413, 'payload_too_large']);
    expect((await whip(endpoint, { key: KEY, body: '{}', type: 'application/json' })).status).toBe(400);
    expect((await whip(endpoint, { key: KEY, body: 'v=0', type: 'text/plain' })).status).toBe(400);
    expect((await whip(endpoint, { key: KEY, body: 'v=0', type: 'image/png' })).status).toBe(400);
    expect((await whip(endpoint, { key: KEY, body: '' })).status).toBe(400);
  });

  it('with private candidates only is taken: we are the one who is called', async () => {
    const sdp = changed(await offered(), /a=candidate:(.*) udp (\d+) \S+ (\d+)/gi, 'a=candidate:$1 udp $2 10.9.8.7 $3');
    expect(sdp).toContain('10.9.8.7');
    const answer = await whip(endpoint, { key: KEY, body: sdp });
    expect(answer.status).toBe(201);
    expect((await whip(answer.headers.get('location')!, { method: 'DELETE', key: KEY })).status).toBe(200);
  });

  it('as noise at every open port leaves the process and the broadcast alone', async () => {
    const encoder = publisher();
    await encoder.open(endpoint, KEY);
    encoder.send();
    await desk.fact('ready', begun[0]);
    const ports = [Number(new URL(media.url).port), Number(process.env.MEDIA_RTC_PORT)];
    const noise = createSocket('udp4');
    cleanups.push(() => noise.close());
    for (let round = 0; round < 400; round += 1) {
      const packet = Buffer.from(Array.from({ length: 12 + (round % 1200) }, () => Math.floor(Math.random() * 256)));
      // STUN, DTLS, RTP and RTCP by their first byte; RTP with the very numbers of the encoder.
      packet[0] = [0x00, 0x16, 0x80, 0x80, 0xff][round % 5]!;
      if (round % 5 === 2) packet.writeUInt32BE(4242, 8);
      if (round % 5 === 3) packet[1] = 200;
      for (const port of ports) noise.send(packet, port, '127.0.0.1');
    }
    for (const port of ports) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(Buffer.from(Array.from({ length: 5_000 }, () => Math.floor(Math.random() * 256))));
      await sleep(50);
      socket.destroy();
    }
    expect(encoder.state).toBe('connected');
    expect(desk.facts.some((fact) => fact.type === 'ended' && fact.broadcastId === begun[0])).toBe(false);
    expect((await whip(encoder.location, { method: 'DELETE', key: KEY })).status).toBe(200);
  });
});

describe('an encoder that vanished', () => {
  it('is given up', async () => {
    expect((await desk.fact('ended', vanished)).reason).toBe('host_lost');
  });
});
