import type { ErrorBody } from '#contracts/errors';
import type { Api, Caller } from './api.ts';

/** An HTTP request as nobody who is well-meaning would send it, and the whole answer. */
export async function send(api: Api, method: string, path: string, init: RequestInit = {}, caller?: Caller) {
  const headers = { ...caller?.headers, ...(init.headers as Record<string, string> | undefined) };
  const response = await fetch(api.url + path, { ...init, method, headers, redirect: 'manual' });
  const text = await response.text();
  const json = response.headers.get('content-type')?.startsWith('application/json');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (json ? JSON.parse(text) : {}) as Partial<ErrorBody>,
  };
}

/** The paths of the fields that a refusal names. */
export function fieldsOf(body: Partial<ErrorBody>): string[] {
  return ((body.details?.issues ?? []) as { path: string }[]).map(({ path }) => path);
}
