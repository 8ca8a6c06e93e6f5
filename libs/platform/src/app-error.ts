import { randomUUID } from 'node:crypto';
import type { ErrorBody, ErrorCode } from '#contracts/errors';

/** An expected refusal: thrown anywhere below an edge, answered there by its code. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly details?: Record<string, unknown>,
    message?: string,
  ) {
    super(message ?? code.replaceAll('_', ' '));
    this.name = 'AppError';
  }
}

/** Short enough to be read out to support. */
export function newRequestId(): string {
  return randomUUID().slice(0, 8).toUpperCase();
}

/** The one body of a refusal. What is not an AppError is a defect and tells the client nothing but its number. */
export function errorBody(error: unknown, requestId: string): ErrorBody {
  if (error instanceof AppError) {
    return { code: error.code, message: error.message, details: error.details, requestId };
  }
  return { code: 'internal', message: 'internal error', requestId };
}
