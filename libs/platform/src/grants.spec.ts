import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { AppError } from './app-error.ts';
import { deriveKey, signGrant, signService, signToken, verifyGrant, verifyService, verifyToken } from './grants.ts';

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'accepted',
    (error: AppError) => error.code,
  );
const claims = {
  broadcastId: '0190a000-0000-7000-8000-000000000001',
  showId: '0190a000-0000-7000-8000-000000000002',
  role: 'viewer' as const,
  subject: 'somebody',
};

describe('a token', () => {
  it('is good for its purpose until its end', async () => {
    expect(await verifyToken('guest', await signToken('guest', { sub: 'me' }, 60))).toMatchObject({ sub: 'me' });
    expect(await codeOf(verifyToken('guest', await signToken('guest', {}, -1)))).toBe('grant_expired');
    expect(await codeOf(verifyToken('guest', await signToken('service', {}, 60)))).toBe('grant_invalid');
  });

  it('is not taken with another signature, with none, or with another algorithm', async () => {
    const [head, body, signature] = (await signToken('guest', { sub: 'me' }, 60)).split('.') as [
      string,
      string,
      string,
    ];
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const longer = await new SignJWT({ sub: 'me' })
      .setProtectedHeader({ alg: 'HS512' })
      .setExpirationTime('1 minute')
      .sign(deriveKey('guest'));
    const forged = Buffer.from(JSON.stringify({ sub: 'you', exp: 9_999_999_999 })).toString('base64url');
    const endless = await new SignJWT({ sub: 'me' }).setProtectedHeader({ alg: 'HS256' }).sign(deriveKey('guest'));
    const cut = signature.slice(0, -1);
    const wrong = [
      '',
      'x',
      '..',
      `${head}.${body}.`,
      `${head}.${body}.${cut}`,
      `${head}.${body}.${signature}=`,
      `${head}.${body}.${signature}.`,
      `${none}.${body}.`,
      `${none}.${body}.${signature}`,
      `${head}.${forged}.${signature}`,
      longer,
      endless,
    ];
    for (const token of wrong) {
      expect([token, await codeOf(verifyToken('guest', token))]).toEqual([token, 'grant_invalid']);
    }
  });
});

describe('a grant', () => {
  it('carries broadcast, show, role and subject, and nothing that it should not', async () => {
    expect(await verifyGrant(await signGrant(claims))).toEqual(claims);
    const odd = await signToken('media-grant', { ...claims, role: 'admin' }, 60);
    expect(await codeOf(verifyGrant(odd))).toBe('grant_invalid');
    expect(await codeOf(verifyGrant(await signToken('guest', claims, 60)))).toBe('grant_invalid');
  });
});

describe('a service', () => {
  it('is known by a fresh bearer token', async () => {
    expect(await codeOf(verifyService(`Bearer ${await signService()}`))).toBe('accepted');
    for (const header of [
      undefined,
      '',
      'Bearer ',
      'Bearer x',
      await signService(),
      `Bearer ${await signToken('guest', {}, 60)}`,
    ]) {
      expect(await codeOf(verifyService(header))).toBe('unauthenticated');
    }
  });
});
