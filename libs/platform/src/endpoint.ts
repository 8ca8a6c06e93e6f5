import {
  applyDecorators,
  createParamDecorator,
  RequestMapping,
  RequestMethod,
  HttpCode,
  type ExecutionContext,
} from '@nestjs/common';
import type { Endpoint as EndpointContract } from '#contracts/endpoint';
import { validate } from './validate.ts';

/** Mounts a controller's method at a contract's method and path. Pair it with `@Input` of the same contract. */
export function Endpoint(contract: EndpointContract): MethodDecorator {
  return applyDecorators(
    RequestMapping({ method: RequestMethod[contract.method], path: contract.path }),
    HttpCode(200),
  );
}

interface HttpRequest {
  params?: object;
  query?: object;
  body?: unknown;
}

/** The request of a contract: path parts, query and body as one object, parsed by its schema. */
export const Input = createParamDecorator((contract: EndpointContract, context: ExecutionContext) => {
  const request = context.switchToHttp().getRequest<HttpRequest>();
  const body = contract.method === 'GET' || contract.method === 'DELETE' ? request.query : request.body;
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  return validate(contract.request, { ...fields, ...request.params });
});
