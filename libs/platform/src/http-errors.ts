import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ErrorBody, ErrorCode } from '#contracts/errors';
import { AppError, errorBody, newRequestId } from './app-error.ts';
import { expected } from './database-away.ts';
import { logger } from './logger.ts';

/** Exhaustive, so that a new code cannot be forgotten here. */
const statusOf: Record<ErrorCode, number> = {
  invalid_request: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  payload_too_large: 413,
  storage_full: 507,
  method_not_allowed: 405,
  precondition_required: 428,
  precondition_failed: 412,
  foreign_origin: 403,
  unavailable: 503,
  internal: 500,
  unknown_event: 400,
  not_in_room: 409,
  grant_invalid: 401,
  grant_expired: 401,
  wrong_credentials: 401,
  sign_in_code: 422,
  show_not_live: 409,
  show_ended: 409,
  show_transition: 409,
  media_unavailable: 503,
  slug_taken: 409,
  muted: 403,
  banned: 403,
  too_fast: 429,
  text_not_allowed: 422,
  sold_out: 409,
  hold_expired: 409,
  price_changed: 409,
  variant_in_use: 409,
  order_transition: 409,
  amount_not_chargeable: 422,
  deal_over: 409,
  deal_sold_out: 409,
  deal_limit: 409,
  deal_running: 409,
  coupon_refused: 422,
  in_stock: 409,
  disputed: 409,
  erasure_blocked: 409,
  receipt_invalid: 400,
  refund_too_large: 409,
  restock_too_many: 409,
  payment_failed: 402,
  payment_unavailable: 503,
  not_a_host: 403,
  producer_limit: 409,
  viewers_full: 503,
  unsupported_media: 422,
  webhook_signature: 400,
};

/** What the framework itself refuses (a body that is no JSON, an unknown path, a body too long), in our words. */
function codeOfStatus(status: number): ErrorCode {
  if (status === 404) return 'not_found';
  if (status === 413) return 'payload_too_large';
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  return status < 500 ? 'invalid_request' : 'internal';
}

interface Reply {
  status(code: number): Reply;
  header(name: string, value: string): Reply;
  send(body: ErrorBody): unknown;
}

/** The answer to what was thrown below an HTTP edge. What nobody expected is logged. */
export function refusalOf(
  thrown: unknown,
  request: { method: string; url: string },
): { status: number; headers: Record<string, string>; body: ErrorBody } {
  const requestId = newRequestId();
  let error = expected(thrown);
  let status = 500;
  const headers: Record<string, string> = {};
  if (thrown instanceof HttpException || isFrameworkError(thrown)) {
    status = thrown instanceof HttpException ? thrown.getStatus() : thrown.statusCode;
    if (status < 500) error = new AppError(codeOfStatus(status), undefined, thrown.message);
  }
  if (error instanceof AppError) {
    status = statusOf[error.code];
    const retryAfterMs = error.details?.retryAfterMs;
    if (typeof retryAfterMs === 'number') {
      headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
    }
  } else {
    logger.error({ err: thrown, requestId, method: request.method, path: request.url.split('?')[0] }, 'request failed');
  }
  return { status, headers, body: errorBody(error, requestId) };
}

/** The one answer to everything that is thrown below Nest: `{ code, message, details?, requestId }`. */
@Catch()
export class HttpErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    const { status, headers, body } = refusalOf(thrown, host.switchToHttp().getRequest());
    for (const [name, value] of Object.entries(headers)) reply.header(name, value);
    reply.status(status).send(body);
  }
}

function isFrameworkError(error: unknown): error is Error & { statusCode: number } {
  return error instanceof Error && typeof (error as { statusCode?: unknown }).statusCode === 'number';
}
