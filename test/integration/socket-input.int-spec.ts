import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf, Refusal, startApi, type Api, type RoomClient, type Viewer } from '../support/api.ts';
import { RawSocket } from '../support/raw-socket.ts';

let api: Api;
let showId: string;
let viewer: Viewer;
beforeAll(async () => {
  api = await startApi();
  showId = (await api.show(await api.staff(), [])).id;
  viewer = await api.viewer();
});
afterAll(() => api.stop());

/** Whatever was sent: the process goes on serving others. */
afterEach(async () => {
  const client = await inRoom();
  await say(client, 'still here');
  client.socket.disconnect();
});

async function inRoom(): Promise<RoomClient> {
  const client = await api.connect(await api.viewer());
  await client.ask('show.join', { showId });
  return client;
}

const say = (client: RoomClient, text: string, name = '晴香') =>
  client.ask('chat.send', { showId, clientMessageId: randomUUID(), name, text });
const refusalOf = (call: Promise<unknown>) =>
  call.then(
    () => 'no refusal',
    ({ body: { code, details } }: Refusal) => ({ code, ...details }),
  );

const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const placeholder = (num: unknown) => JSON.stringify({ _placeholder: true, num });
const bytes = new Uint8Array([1, 2, 3]);

describe('a frame that is none', () => {
  it.each<[string, (string | Uint8Array<ArrayBuffer>)[]]>([
    ['nothing', ['']],
    ['no engine.io packet', ['x']],
    ['binary out of the blue', [bytes]],
    ['no socket.io packet', ['49']],
    ['no JSON', ['42[']],
    ['an object for an event', ['42{"a":1}']],
    ['a string for an event', ['42"chat.send"']],
    ['an event without a name', ['42[]']],
    ['a name that is an object', ['42[{}]']],
    ['a name that is reserved', ['42["connect"]']],
    ['a binary event without its parts', ['45-["chat.send"]']],
    ['a binary event that points past its parts', [`451-["chat.send",${placeholder(7)}]`, bytes]],
    ['a binary event that points nowhere', [`451-["chat.send",${placeholder('__proto__')}]`, bytes]],
  ])('ends its own connection only: %s', async (_, frames) => {
    const raw = await RawSocket.connect(api, viewer);
    raw.send(...frames);
    await raw.closed;
  });

  it('of 100 kB is not read', async () => {
    const raw = await RawSocket.connect(api, viewer);
    raw.send(`421["chat.send",{"showId":"${showId}","text":"${'x'.repeat(100_000)}"}]`);
    expect(await raw.closed).toBe(1009);
  });
});

describe('an event that nobody expects', () => {
  const joins = (id: string) => `42${id}["show.join",{"showId":"${showId}"}]`;

  it.each<[string, (string | Uint8Array<ArrayBuffer>)[], string]>([
    ['without data', ['421["chat"]'], 'unknown_event'],
    ['with null', ['421["chat",null]'], 'unknown_event'],
    ['named constructor', ['421["constructor",{}]'], 'unknown_event'],
    ['named __proto__', ['421["__proto__",{}]'], 'unknown_event'],
    ['named by a number', ['421[5,{}]'], 'unknown_event'],
    ['without its object', ['421["show.join"]'], 'invalid_request'],
    ['with null for its object', ['421["show.join",null]'], 'invalid_request'],
    ['with a list for its object', ['421["show.join",[1]]'], 'invalid_request'],
    ['with two objects', ['421["show.join",{},{}]'], 'invalid_request'],
    ['with a prototype', [`421["show.join",{"__proto__":{"showId":"${showId}"}}]`], 'invalid_request'],
    ['with binary for its object', [`451-1["show.join",${placeholder(0)}]`, bytes], 'invalid_request'],
    ['deeper than any', [`421["show.join",{"showId":${deep(20_000)}}]`], 'invalid_request'],
  ])('is answered with its code: %s', async (_, frames, code) => {
    const raw = await RawSocket.connect(api, viewer);
    raw.send(...frames);
    const [answer] = JSON.parse((await raw.receives(/^431\[/)).slice(3)) as [{ ok: boolean; error: { code: string } }];
    expect([answer.ok, answer.error.code]).toEqual([false, code]);
    raw.socket.close();
  });

  it.each<[string, string]>([
    ['an event without an acknowledgement', '42["chat"]'],
    ['an event with null and no acknowledgement', '42["chat",null]'],
    ['an acknowledgement that is no function', `42["show.join",{"showId":"SHOW"},"function"]`],
    ['an acknowledgement that is an object', `42["show.join",{"showId":"SHOW"},{"call":1,"apply":1}]`],
    ['an answer to no question', '4399["x"]'],
    ['a namespace that is not there', '40/admin,{}'],
  ])('changes nothing: %s', async (_, frame) => {
    const raw = await RawSocket.connect(api, viewer);
    raw.send(frame.replace('SHOW', showId), joins('7'));
    expect(await raw.receives(/^437\[/)).toMatch(/^437\[\{"ok":true/);
    raw.socket.close();
  });
});

describe('what an event says', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['a show that is no id', { showId: '1; DROP TABLE shows' }, 'showId'],
    ['a text of 10,000 characters', { text: 'あ'.repeat(10_000) }, 'text'],
    ['a text of spaces', { text: '   ' }, 'text'],
    ['a text that is a number', { text: 5 }, 'text'],
    ['a name of 25 characters', { name: 'x'.repeat(25) }, 'name'],
    ['a client id that is too short', { clientMessageId: 'x' }, 'clientMessageId'],
    ['a client id with a NUL', { clientMessageId: 'abcdefg\u0000' }, 'clientMessageId'],
    ['a client id with half a character', { clientMessageId: 'abcdefg\ud800' }, 'clientMessageId'],
  ])('names the field: %s', async (_, wrong, path) => {
    const client = await inRoom();
    const request = { showId, clientMessageId: randomUUID(), name: '晴香', text: 'hello', ...wrong };
    expect(await refusalOf(client.ask('chat.send', request))).toEqual({
      code: 'invalid_request',
      issues: [{ path, message: expect.any(String) }],
    });
  });

  it.each<[string, string, string]>([
    ['text that is read backwards', 'pay \u202Enoollabs', 'bidi'],
    ['an isolate that is never closed', '\u2067abc', 'bidi'],
    ['a tower of marks', `z${'\u0301'.repeat(30)}`, 'marks'],
    ['a bell', 'ding \u0007', 'control'],
    ['only what nobody sees', '\u200B\u2060\u3164', 'empty'],
  ])('is refused when it would deceive: %s', async (_, text, reason) => {
    const client = await inRoom();
    expect(await refusalOf(say(client, text))).toEqual({ code: 'text_not_allowed', path: 'text', reason });
    expect(await refusalOf(say(client, 'hello', text.slice(0, 24)))).toMatchObject({
      code: 'text_not_allowed',
      path: 'name',
    });
  });

  it('may be right to left, accented, and full of families', async () => {
    const client = await inRoom();
    for (const text of ['שָׁלוֹם', 'Tiếng Việt ở đây', '👨‍👩‍👧‍👦🏳️‍🌈 がぎぐ']) expect((await say(client, text)).text).toBe(text);
  });
});

describe('the handshake', () => {
  const refused = (opening: Promise<unknown>) =>
    opening.then(
      () => 'admitted',
      (error: { code?: string }) => error.code,
    );

  it('wants a token that we signed for this, and that is still good', async () => {
    const { signToken } = await import('#platform/grants');
    const guest = async (token: string) => refused(api.connect({ viewerId: viewer.viewerId, token, headers: {} }));
    const sub = viewer.viewerId;
    const [head, body, signature] = viewer.token.split('.') as [string, string, string];
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    expect(await refused(api.connect(null))).toBe('unauthenticated');
    expect(await guest(await signToken('guest', { sub }, -1))).toBe('grant_expired');
    expect(await guest(await signToken('media-grant', { sub }, 60))).toBe('grant_invalid');
    expect(await guest(await signToken('guest', {}, 60))).toBe('grant_invalid');
    expect(await guest(`${head}.${body}.${signature.toUpperCase()}`)).toBe('grant_invalid');
    expect(await guest(unsigned)).toBe('grant_invalid');
    expect(await guest('')).toBe('grant_invalid');
  });

  it('knows a forged session cookie for none', async () => {
    expect(await refused(api.connect(null, { cookie: 'engawa=forged' }))).toBe('unauthenticated');
  });

  it.each(['40', '40{}', '40{"guest":5}', '40{"guest":{"toString":1}}', '40{"as":"viewer"}'])(
    'refuses %s politely',
    async (packet) => {
      const raw = await RawSocket.open(api);
      raw.send(packet);
      expect(await raw.receives(/^44/)).toContain('"code":"unauthenticated"');
      raw.socket.close();
    },
  );

  it.each(['40null', '40[]', '40"guest"', '42["show.join",{}]'])('ends at %s', async (packet) => {
    const raw = await RawSocket.open(api);
    raw.send(packet);
    await raw.closed;
  });

  it('is refused to the pages of others, and open to our own', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      api.url.replace('http:', 'https:'),
      `${api.url}.evil.example`,
    ]) {
      await expect(api.connect(viewer, { origin })).rejects.toThrow('websocket error');
    }
    const client = await api.connect(viewer, { origin: api.url });
    await client.ask('show.join', { showId });
  });

  it('takes no other transport', async () => {
    const response = await fetch(`${api.url}/socket.io/?EIO=4&transport=polling`);
    expect(response.status).toBe(400);
  });
});

describe('too much', () => {
  it('of one socket waits, and is served again', async () => {
    const client = await inRoom();
    const beats = Array.from({ length: 200 }, () => refusalOf(client.ask('show.heartbeat', { showId })));
    const refusals = (await Promise.all(beats)).filter((answer) => answer !== 'no refusal');
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals[0]).toEqual({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    const { retryAfterMs } = refusals.at(-1) as unknown as { retryAfterMs: number };
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    await client.ask('show.heartbeat', { showId });
  });

  it('talk of one viewer waits, over all their tabs', async () => {
    const person = await api.viewer();
    const tabs = [await api.connect(person), await api.connect(person)];
    for (const tab of tabs) await tab.ask('show.join', { showId });
    const codes = await Promise.all([0, 1, 0, 1, 0, 1].map((tab) => codeOf(say(tabs[tab]!, 'spam'))));
    expect(codes.toSorted()).toEqual([...new Array<string>(5).fill('no refusal'), 'too_fast']);
  });
});
