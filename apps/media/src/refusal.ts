import { errors } from 'mediasoup';
import { AppError } from '#platform/app-error';

/**
 * Runs a call of mediasoup that a client's words caused and turns what mediasoup refuses into an answer for that client.
 * What is left is a defect of ours and passes through.
 *
 * @throws AppError `unsupported_media`, or `unavailable` when the worker or the thing asked for went away meanwhile.
 */
export async function answering<T>(field: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof errors.WorkerClosedError || error instanceof errors.NotFoundError) {
      throw new AppError('unavailable', { retryAfterMs: 500 });
    }
    if (error instanceof errors.UnsupportedError || error instanceof TypeError) {
      throw new AppError('unsupported_media', { field, reason: error.message });
    }
    // The worker's own refusals ("MID already exists in RTP listener") are plain Errors. So are those of the library that
    // encodes our requests, which are defects.
    if (error instanceof Error && error.name === 'Error' && !error.message.startsWith('FlatBuffers')) {
      throw new AppError('unsupported_media', { field, reason: error.message });
    }
    throw error;
  }
}
