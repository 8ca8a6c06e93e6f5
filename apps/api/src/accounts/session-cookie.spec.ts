import { describe, expect, it } from '@jest/globals';
import { cookieFor, sessionTokenOf } from './session-cookie.ts';

describe('the session cookie over https', () => {
  const { name, options } = cookieFor('https://shop.example.jp');

  it('is of this host alone, for no script, and not sent over http or by foreign pages', () => {
    expect(name).toBe('__Host-engawa');
    expect(options).toMatchObject({ path: '/', httpOnly: true, secure: true, sameSite: 'lax' });
    expect(options).not.toHaveProperty('domain');
  });

  it.each([
    [undefined, null],
    ['', null],
    ['other=1', null],
    ['engawa=of-http', null],
    ['__Host-engawa=', null],
    ['x__Host-engawa=wrong', null],
    ['__Host-engawa=token', 'token'],
    ['a=1;  __Host-engawa=to=ken; b=2', 'to=ken'],
    ['__Host-engawa=first; __Host-engawa=second', 'first'],
  ])('is read from %p as %p', (header, token) => expect(sessionTokenOf(header, name)).toBe(token));
});

it('is a plain cookie over http, which a browser would not take as secure', () => {
  expect(cookieFor('http://localhost:3000')).toMatchObject({
    name: 'engawa',
    options: { secure: false, httpOnly: true },
  });
});
