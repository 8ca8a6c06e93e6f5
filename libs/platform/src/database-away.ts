import { AppError } from './app-error.ts';
import { logger } from './logger.ts';

/** What a thrown thing is to a client: a database that is away is no defect of ours, but a reason to come again. */
export function expected(thrown: unknown): unknown {
  if (thrown instanceof AppError || !isDatabaseAway(thrown)) return thrown;
  logger.warn({ err: thrown }, 'database away');
  return new AppError('unavailable', { part: 'database', retryAfterMs: 2000 });
}

/** PostgreSQL out of reach or overloaded: connection lost, shutting down, starting up, too many clients, statement timed out. */
function isDatabaseAway(error: unknown): boolean {
  const driverError = (error as { driverError?: unknown } | null)?.driverError ?? error;
  const { code, message } = (driverError ?? {}) as { code?: string; message?: string };
  return (
    /^(08|57P|53|57014)/.test(code ?? '') ||
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code ?? '') ||
    /Connection terminated|timeout exceeded when trying to connect|Driver not Connected/.test(message ?? '')
  );
}
