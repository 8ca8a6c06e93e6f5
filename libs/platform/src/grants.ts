import { createHmac } from 'node:crypto';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { GrantClaims } from '#contracts/media';
import { AppError } from './app-error.ts';
import { config } from './config.ts';
import { validate } from './validate.ts';

/** A key for one purpose, so that a token of one kind never passes as another. */
export function deriveKey(purpose: string): Buffer {
  return createHmac('sha256', config.secret).update(`engawa:${purpose}`).digest();
}

/** Signs claims for one purpose. HS256: the api and the media processes share one secret. */
export async function signToken(purpose: string, claims: JWTPayload, lifetimeSeconds: number): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + lifetimeSeconds)
    .sign(deriveKey(purpose));
}

/** @throws AppError `grant_expired` past its end, `grant_invalid` for anything else that is wrong with it. */
export async function verifyToken(purpose: string, token: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, deriveKey(purpose), { algorithms: ['HS256'] });
    return payload;
  } catch (error) {
    throw new AppError(error instanceof errors.JWTExpired ? 'grant_expired' : 'grant_invalid');
  }
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
