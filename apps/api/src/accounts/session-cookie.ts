import { config } from '#platform/config';

/** `__Host-` asks for https; over http (a loopback trial) the browser would drop such a cookie. */
export function cookieFor(publicUrl: string) {
  const secure = publicUrl.startsWith('https:');
  const options = { path: '/', httpOnly: true, secure, sameSite: 'lax', maxAge: 14 * 86_400 } as const;
  return { name: secure ? '__Host-engawa' : 'engawa', options };
}

export const { name: sessionCookie, options: sessionCookieOptions } = cookieFor(config.publicUrl);

/** The session token in a raw Cookie header; null when there is none. */
export function sessionTokenOf(cookieHeader: string | undefined, cookieName = sessionCookie): string | null {
  for (const part of (cookieHeader ?? '').split(';')) {
    const [name, ...value] = part.trim().split('=');
    if (name === cookieName) return value.join('=') || null;
  }
  return null;
}
