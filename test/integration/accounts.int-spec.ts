import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { accountsApi } from '#contracts/accounts';
import { showsApi } from '#contracts/shows';
import { codeOf, eventually, randomAddress, startApi, type Api, type Staff } from '../support/api.ts';

let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const password = 'a password for tests';

async function emailOf(staff: Staff): Promise<string> {
  return (await api.call(accountsApi.session, {}, staff)).member.email;
}

/** Signs in over HTTP, from an address of its own so that the limiter counts each test apart. */
async function signIn(email: string, secret: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${api.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': randomAddress(), ...headers },
    body: JSON.stringify({ email, password: secret }),
  });
  const cookie = response.headers.get('set-cookie') ?? '';
  const body = (await response.json()) as { code?: string; details?: { retryAfterMs?: number } };
  return {
    status: response.status,
    body,
    cookie,
    token: /^engawa=([^;]*)/.exec(cookie)?.[1],
    headers: response.headers,
  };
}

const as = (token: string | undefined) => ({ headers: { cookie: `engawa=${token}` } });

// First: a database without members is what it is about.
describe('the first member', () => {
  it('is whoever reads the code in the operator’s terminal, once', async () => {
    const first = { brandName: '器の渚', name: '早川', email: 'owner@example.jp', password };
    expect(await api.call(accountsApi.setup, {})).toMatchObject({ needsFirstMember: true });
    expect(await codeOf(api.call(accountsApi.createFirstMember, { ...first, setupCode: '' }))).toBe('forbidden');

    const { AccountsService } = await import('../../apps/api/src/accounts/index.ts');
    const { logger } = await import('#platform/logger');
    const printed = jest.spyOn(logger, 'warn');
    await api.app.get(AccountsService).offerSetup(api.url);
    const { setupCode } = printed.mock.calls[0]![0] as unknown as { setupCode: string };
    printed.mockRestore();
    expect(await codeOf(api.call(accountsApi.createFirstMember, { ...first, setupCode: 'guess' }))).toBe('forbidden');
    const tries = [1, 2].map(() => codeOf(api.call(accountsApi.createFirstMember, { ...first, setupCode })));
    expect((await Promise.all(tries)).filter((code) => code === 'no refusal')).toHaveLength(1);
    expect(await codeOf(api.call(accountsApi.createFirstMember, { ...first, setupCode }))).toBe('forbidden');
    expect(await api.call(accountsApi.setup, {})).toEqual({ needsFirstMember: false, demo: false });
    expect((await signIn('OWNER@example.jp', password)).body).toMatchObject({ member: { role: 'owner' } });
  });
});

describe('signing in', () => {
  it('sets a cookie that no script reads and no foreign page sends', async () => {
    const { cookie, token } = await signIn(await emailOf(await api.staff()), password);
    expect(cookie.split('; ').slice(1)).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/']));
    const { rows } = await api.database.sql<{ kept: string }>(
      `SELECT encode(token_hash, 'escape') AS kept FROM sessions`,
    );
    expect(rows.some(({ kept }) => kept.includes(token!))).toBe(false);
  });

  it('says the same to a wrong password, an unknown address and a disabled member', async () => {
    const [staff, leaver] = [await api.staff(), await api.staff()];
    const leaverEmail = await emailOf(leaver);
    await api.database.sql(`UPDATE members SET disabled_at = now() WHERE id = $1`, [leaver.memberId]);
    const answers = [
      await signIn(await emailOf(staff), 'wrong'),
      await signIn(`${randomUUID()}@example.jp`, password),
      await signIn(leaverEmail, password),
    ];
    for (const { status, body, token } of answers) {
      expect([status, body.code, token]).toEqual([401, 'wrong_credentials', undefined]);
    }
    expect(await codeOf(api.call(accountsApi.session, {}, leaver))).toBe('unauthenticated');
  });

  it('slows down guessing at an account, and locks nobody out who signs in from elsewhere', async () => {
    const email = await emailOf(await api.staff());
    const from = { 'x-forwarded-for': randomAddress() };
    for (let guess = 0; guess < 10; guess += 1) expect((await signIn(email, 'wrong', from)).status).toBe(401);
    const { status, body, headers } = await signIn(email.toUpperCase(), password, from);
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn(email, password)).status).toBe(200);
  });

  it('slows down guessing from an address, whatever account the guesses are for', async () => {
    const from = { 'x-forwarded-for': randomAddress() };
    const guesses = Array.from({ length: 61 }, () => signIn(`${randomUUID()}@example.jp`, 'wrong', from));
    const codes = (await Promise.all(guesses)).map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(1);
  });

  it('ends the session that the browser had before', async () => {
    const staff = await api.staff();
    const { token } = await signIn(await emailOf(staff), password, { cookie: staff.cookie });
    await api.call(accountsApi.session, {}, as(token));
    expect(await codeOf(api.call(accountsApi.session, {}, staff))).toBe('unauthenticated');
  });
});

describe('signing out', () => {
  it('kills the session on the server, its cookie and its sockets, and no other of the member', async () => {
    const staff = await api.staff();
    const { token } = await signIn(await emailOf(staff), password);
    const [studio, phone] = [await api.connect(staff), await api.connect({ ...staff, cookie: `engawa=${token}` })];
    const ended: object[] = [];
    phone.socket.on('session.ended', (data: object) => ended.push(data));
    const show = await api.show(staff, []);

    const response = await fetch(`${api.url}/api/session`, { method: 'DELETE', ...as(token) });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([
      200,
      expect.stringMatching(/^engawa=;.*1970/),
    ]);
    expect(await codeOf(api.call(accountsApi.session, {}, as(token)))).toBe('unauthenticated');
    await eventually(() => phone.socket.disconnected);
    expect(ended).toEqual([{ reason: 'signed_out' }]);
    await api.call(showsApi.list, {}, staff);
    expect((await studio.ask('show.join', { showId: show.id })).you.role).toBe('host');
  });

  it('means nothing to whoever is not signed in', async () => {
    await api.call(accountsApi.signOut, {});
    await api.call(accountsApi.signOut, {}, as('forged'));
  });

  it('comes by itself when the session is over', async () => {
    const staff = await api.staff();
    await api.database.sql(`UPDATE sessions SET expires_at = now() WHERE member_id = $1`, [staff.memberId]);
    expect(await codeOf(api.call(accountsApi.session, {}, staff))).toBe('unauthenticated');
    await expect(api.connect(staff)).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});
