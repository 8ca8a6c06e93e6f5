import * as z from 'zod/mini';
import type { Ack } from './errors.ts';

/** Socket events that a client sends, each with its request and the data of its acknowledgement. */
export type EventTable = Record<string, { request: z.core.$ZodType; reply: z.core.$ZodType }>;

export type EventRequest<T extends EventTable, N extends keyof T> = z.input<T[N]['request']>;
export type EventParsed<T extends EventTable, N extends keyof T> = z.output<T[N]['request']>;
export type EventReply<T extends EventTable, N extends keyof T> = z.output<T[N]['reply']>;

/** The socket.io type map of the events from client to server. Every event takes one object and an acknowledgement. */
export type ClientToServer<T extends EventTable> = {
  [N in keyof T & string]: (request: EventRequest<T, N>, ack: (answer: Ack<EventReply<T, N>>) => void) => void;
};

/** The socket.io type map of the events from server to client, which are not acknowledged. */
export type ServerToClient<T extends Record<string, z.core.$ZodType>> = {
  [N in keyof T & string]: (data: z.output<T[N]>) => void;
};
