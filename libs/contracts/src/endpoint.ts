import * as z from 'zod/mini';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One HTTP request and its reply. `path` holds `:name` parts; they, the query of a GET or DELETE, and the body of the
 * others are one flat `request` object, so that a caller names each field once.
 */
export interface Endpoint<
  Request extends z.core.$ZodType = z.core.$ZodType,
  Reply extends z.core.$ZodType = z.core.$ZodType,
> {
  method: Method;
  path: string;
  request: Request;
  reply: Reply;
}

export type RequestOf<E> = E extends Endpoint<infer R, z.core.$ZodType> ? z.input<R> : never;
export type ParsedRequestOf<E> = E extends Endpoint<infer R, z.core.$ZodType> ? z.output<R> : never;
export type ReplyOf<E> = E extends Endpoint<z.core.$ZodType, infer R> ? z.output<R> : never;

export function endpoint<Request extends z.core.$ZodType, Reply extends z.core.$ZodType>(
  method: Method,
  path: string,
  request: Request,
  reply: Reply,
): Endpoint<Request, Reply> {
  return { method, path, request, reply };
}
