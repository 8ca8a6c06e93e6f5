import type { UploadedImage } from '#contracts/catalog';
import type { Endpoint, ReplyOf, RequestOf } from '#contracts/endpoint';
import type { ErrorBody, ErrorCode } from '#contracts/errors';
import { peopleApi, type Guest } from '#contracts/people';
import { learnServerTime } from './clock.ts';

/** Every refusal that a place may meet; the words belong to the place. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly requestId: string,
    /** HTTP status, or 0 when there was no answer or it came over a socket. */
    readonly status: number,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
  }

  static of(body: ErrorBody, status = 0): ApiError {
    return new ApiError(body.code, body.message, body.requestId, status, body.details);
  }

  static unavailable(message: string): ApiError {
    return new ApiError('unavailable', message, '', 0);
  }
}

const REQUEST_TIMEOUT_MS = 15_000;
const GUEST_KEY = 'engawa.guest';

/** Sends one request of a contract. `:name` parts of the path, the query and the body all come from the one flat `request`. */
export async function call<E extends Endpoint>(
  endpoint: E,
  request: RequestOf<E>,
  options: { signal?: AbortSignal } = {},
): Promise<ReplyOf<E>> {
  const rest = { ...(request as Record<string, unknown>) };
  const path = endpoint.path.replace(/:(\w+)/g, (_whole, name: string) => {
    const value = String(rest[name]);
    delete rest[name];
    return encodeURIComponent(value);
  });
  const inQuery = endpoint.method === 'GET' || endpoint.method === 'DELETE';
  const query = inQuery ? toQuery(rest) : '';
  return (await send(path + query, {
    method: endpoint.method,
    ...(inQuery ? {} : { body: JSON.stringify(rest), headers: { 'content-type': 'application/json' } }),
    signal: options.signal,
  })) as ReplyOf<E>;
}

/** Sends one picture file as it is; the server turns, scales and re-encodes it. */
export async function uploadImage(file: File): Promise<UploadedImage> {
  const body = new FormData();
  body.append('file', file);
  return (await send('/api/images', { method: 'POST', body, timeoutMs: 120_000 })) as UploadedImage;
}

/**
 * The only other fetch of the house: the browser half of the Stripe sandbox speaks to its own origin, without our cookies or
 * guest token; and a replay's thumbnails are where the replay is.
 */
export const sandboxFetch: typeof fetch = (input, init) => fetch(input, { ...init, credentials: 'omit' });

let knownGuest: Guest | null = readGuest();
let askingGuest: Promise<Guest> | null = null;

/** This browser as a guest: made by the server on the first call, kept in localStorage, refreshed once per page. */
export function guest(): Promise<Guest> {
  askingGuest ??= call(peopleApi.guest, {}).then(keepGuest, (error: unknown) => {
    askingGuest = null;
    throw error;
  });
  return askingGuest;
}

/** From now on this browser is that one: signing in or out may change who it is. */
export function keepGuest(made: Guest): Guest {
  knownGuest = made;
  askingGuest = Promise.resolve(made);
  try {
    localStorage.setItem(GUEST_KEY, JSON.stringify(made));
  } catch {
    // Without storage the guest lasts as long as the page.
  }
  return made;
}

function readGuest(): Guest | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(GUEST_KEY) ?? 'null');
    if (kept === null || typeof kept !== 'object' || !('token' in kept) || !('viewerId' in kept)) return null;
    return typeof kept.token === 'string' && typeof kept.viewerId === 'string' ? (kept as Guest) : null;
  } catch {
    return null;
  }
}

function toQuery(fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

interface Send extends Omit<RequestInit, 'headers'> {
  headers?: Record<string, string>;
  timeoutMs?: number;
}

async function send(
  path: string,
  { timeoutMs = REQUEST_TIMEOUT_MS, signal, headers, ...init }: Send,
): Promise<unknown> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const sentAt = Date.now();
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(path, {
      ...init,
      headers: { ...headers, ...(knownGuest ? { authorization: `Guest ${knownGuest.token}` } : {}) },
      credentials: 'same-origin',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    body = response.status === 204 ? {} : await readJson(response);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw ApiError.unavailable(error instanceof Error ? error.message : 'no answer');
  }
  const receivedAt = Date.now();
  if (!response.ok) {
    if (isErrorBody(body)) throw ApiError.of(body, response.status);
    throw new ApiError(response.status >= 500 ? 'unavailable' : 'internal', response.statusText, '', response.status);
  }
  noteServerTime(body, sentAt, receivedAt);
  return body;
}

/** A proxy in between may answer HTML; that is then an error body without a code. */
async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (response.ok) throw error;
    return null;
  }
}

function noteServerTime(body: unknown, sentAt: number, receivedAt: number): void {
  if (body === null || typeof body !== 'object') return;
  if ('serverTime' in body && typeof body.serverTime === 'string') {
    learnServerTime(body.serverTime, sentAt, receivedAt);
  } else if ('hold' in body) noteServerTime(body.hold, sentAt, receivedAt);
}

function isErrorBody(body: unknown): body is ErrorBody {
  return body !== null && typeof body === 'object' && 'code' in body && typeof body.code === 'string';
}
