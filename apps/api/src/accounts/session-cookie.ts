import { config } from '#platform/config';

/** `__Host-` asks for https; over http (a loopback trial) the browser would drop such a cookie. */
const secure = config.publicUrl.startsWith('https:');
export const sessionCookie = secure ? '__Host-engawa' : 'engawa';

export const sessionCookieOptions = {
  path: '/',
  httpOnly: true,
  secure,
  sameSite: 'lax',
  maxAge: 14 * 86_400,
} as const;

/** The session token in a raw Cookie header; null when there is none. */
export function sessionTokenOf(cookieHeader: string | undefined): string | null {
  for (const part of (cookieHeader ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === sessionCookie) return value.join('=') || null;
  }
  return null;
}
