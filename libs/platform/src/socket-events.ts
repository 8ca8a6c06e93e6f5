import type { Socket } from 'socket.io';
import type { Ack } from '#contracts/errors';
import type { EventParsed, EventReply, EventTable } from '#contracts/socket';
import { AppError, errorBody, newRequestId } from './app-error.ts';
import { expected } from './database-away.ts';
import { logger } from './logger.ts';
import { validate } from './validate.ts';

export type EventHandlers<T extends EventTable, Connection> = {
  [N in keyof T & string]: (connection: Connection, request: EventParsed<T, N>) => Promise<EventReply<T, N>>;
};

/** Events a second that one socket may send on average, and how many at once after a pause. */
export interface SocketLimit {
  perSecond: number;
  burst: number;
}

/**
 * Attaches a whole event table to one socket, in the one place where what a client sends is believed or not:
 * a request is parsed by its schema before a handler sees it; every event with an acknowledgement function is answered once; an
 * unknown event, a malformed frame, or an acknowledgement that is no function never reaches a handler, nor ends the process.
 */
export function attachEvents<T extends EventTable, Connection>(
  socket: Socket,
  connection: Connection,
  table: T,
  handlers: EventHandlers<T, Connection>,
  limit: SocketLimit,
): void {
  let tokens = limit.burst;
  let refilledAt = Date.now();

  socket.onAny((name: unknown, ...parts: unknown[]) => {
    const last = parts.at(-1);
    const answer = typeof last === 'function' ? (last as (answer: Ack<unknown>) => void) : null;
    const refuse = (thrown: unknown) => {
      const error = expected(thrown);
      const requestId = newRequestId();
      if (!(error instanceof AppError)) logger.error({ err: error, event: name, requestId }, 'socket event failed');
      answer?.({ ok: false, error: errorBody(error, requestId) });
    };

    const now = Date.now();
    tokens = Math.min(limit.burst, tokens + ((now - refilledAt) / 1000) * limit.perSecond);
    refilledAt = now;
    if (tokens < 1) {
      refuse(new AppError('rate_limited', { retryAfterMs: Math.ceil(((1 - tokens) / limit.perSecond) * 1000) }));
      return;
    }
    tokens -= 1;

    if (typeof name !== 'string' || !Object.hasOwn(table, name)) {
      refuse(new AppError('unknown_event', { event: String(name).slice(0, 64) }));
      return;
    }
    if (!answer || parts.length !== 2) {
      refuse(new AppError('invalid_request', { issues: [{ path: '', message: 'one object and an acknowledgement' }] }));
      return;
    }
    let request: EventParsed<T, string>;
    try {
      request = validate(table[name]!.request, parts[0]) as EventParsed<T, string>;
    } catch (error) {
      refuse(error);
      return;
    }
    handlers[name]!(connection, request).then((data) => answer({ ok: true, data }), refuse);
  });

  // Without a listener, a packet that socket.io itself refuses would be thrown as an uncaught 'error' event.
  socket.on('error', (error: Error) => logger.warn({ err: error }, 'socket error'));
}
