import { createHmac, createSecretKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { GrantClaims } from '#contracts/media';
import { AppError } from './app-error.ts';
import { config } from './config.ts';
import { validate } from './validate.ts';

const keys = new Map<string, KeyObject>();

/** A key for one purpose, so that a token of one kind never passes as another. */
export function deriveKey(purpose: string): KeyObject {
  let key = keys.get(purpose);
  if (!key) {
    key = createSecretKey(createHmac('sha256', config.secret).update(`engawa:${purpose}`).digest());
    keys.set(purpose, key);
  }
  return key;
}

const HEADER = { alg: 'HS256' };
const encodedHeader = Buffer.from(JSON.stringify(HEADER)).toString('base64url');

/** Signs claims for one purpose. HS256: the api and the media processes share one secret. */
export async function signToken(purpose: string, claims: JWTPayload, lifetimeSeconds: number): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = Buffer.from(JSON.stringify({ ...claims, iat: now, exp: now + lifetimeSeconds })).toString(
    'base64url',
  );
  return `${encodedHeader}.${payload}.${signatureOf(purpose, payload)}`;
}

function signatureOf(purpose: string, payload: string): string {
  return createHmac('sha256', deriveKey(purpose)).update(`${encodedHeader}.${payload}`).digest('base64url');
}

/**
 * Every request brings a token. jose signs and checks through WebCrypto and its threads, which takes longer than all else that a press
 * of Buy costs here; this asks for the very header that `signToken` writes, so that there is no algorithm to choose.
 * @throws AppError `grant_expired` past its end, `grant_invalid` for anything else that is wrong with it.
 */
export async function verifyToken(purpose: string, token: string): Promise<JWTPayload> {
  const [header, payload, signature, ...more] = token.split('.');
  if (header !== encodedHeader || !payload || !signature || more.length > 0) throw new AppError('grant_invalid');
  const [given, wanted] = [Buffer.from(signature), Buffer.from(signatureOf(purpose, payload))];
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new AppError('grant_invalid');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as JWTPayload;
  if (typeof claims.exp !== 'number') throw new AppError('grant_invalid');
  if (claims.exp <= Date.now() / 1000) throw new AppError('grant_expired');
  return claims;
}

/** How long a browser may take from asking for a grant to connecting with it, reconnections included. */
export const GRANT_SECONDS = 600;

export async function signGrant(claims: GrantClaims): Promise<string> {
  return signToken('media-grant', claims, GRANT_SECONDS);
}

/** @throws AppError `grant_expired` or `grant_invalid`. */
export async function verifyGrant(token: string): Promise<GrantClaims> {
  const payload = await verifyToken('media-grant', token);
  try {
    return validate(GrantClaims, payload);
  } catch {
    throw new AppError('grant_invalid');
  }
}

/** For calls between our own processes: `Authorization: Bearer <this>`, made anew for each call. */
export async function signService(): Promise<string> {
  return signToken('service', {}, 60);
}

/** @throws AppError `unauthenticated` unless the header carries a fresh service token. */
export async function verifyService(authorization: string | undefined): Promise<void> {
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  if (!token) throw new AppError('unauthenticated');
  try {
    await verifyToken('service', token);
  } catch {
    throw new AppError('unauthenticated');
  }
}
