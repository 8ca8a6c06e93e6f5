import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Options,
  Param,
  Patch,
  Post,
  Put,
  Req,
  Res,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Id } from '#contracts/ids';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { wrong } from './sdp.ts';
import { WhipSessions } from './whip-sessions.ts';

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';

/** Bodies that Fastify does not know, and what lets a page of any origin speak to us: the key is the door, not the origin. */
export function prepareWhip(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addContentTypeParser([SDP, FRAGMENT], { parseAs: 'string' }, (_request, body, done) => done(null, body));
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/whip/')) {
      reply.header('access-control-allow-origin', '*');
      reply.header(
        'access-control-expose-headers',
        'Location, ETag, Link, Accept-Patch, Allow, Retry-After, WWW-Authenticate',
      );
    }
    done();
  });
}

/** WebRTC-HTTP ingestion (RFC 9725): what OBS and other encoders speak. */
@Controller('/whip/:showId')
export class WhipController {
  /** Wrong keys of one address; right ones are not counted. */
  readonly #strangers = new RateLimiterMemory({ points: 30, duration: 60 });

  constructor(private readonly sessions: WhipSessions) {}

  @Post()
  @HttpCode(201)
  async open(
    @Param('showId') showId: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.#refuseStranger(request.ip);
    const key = bearer(request, reply);
    const sdp = textOf(request, body, SDP);
    if (!Id.safeParse(showId).success) throw new AppError('not_found', { showId: showId.slice(0, 64) });
    try {
      const { id, etag, answer } = await this.sessions.open(showId, key, sdp);
      reply.headers({
        'content-type': SDP,
        location: `${config.mediaPublicUrl}/whip/${showId}/${id}`,
        etag,
        'accept-patch': FRAGMENT,
      });
      return answer;
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthenticated') {
        await this.#strangers.consume(request.ip).catch(() => undefined);
        reply.header('www-authenticate', 'Bearer error="invalid_token"');
      }
      throw error;
    }
  }

  @Patch('/:id')
  async patch(
    @Param() place: { showId: string; id: string },
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const key = bearer(request, reply);
    const answer = await this.sessions.patch({ ...place, key }, ifMatch, textOf(request, body, FRAGMENT));
    if (!answer) {
      reply.status(204);
      return '';
    }
    reply.status(200).headers({ 'content-type': FRAGMENT, etag: answer.etag });
    return answer.fragment;
  }

  @Delete('/:id')
  @HttpCode(200)
  close(
    @Param() place: { showId: string; id: string },
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): void {
    this.sessions.close({ ...place, key: bearer(request, reply) });
  }

  @Options()
  @HttpCode(204)
  options(@Res({ passthrough: true }) reply: FastifyReply): void {
    allow(reply, 'POST, OPTIONS').header('accept-post', SDP);
  }

  @Options('/:id')
  @HttpCode(204)
  optionsOfSession(@Res({ passthrough: true }) reply: FastifyReply): void {
    allow(reply, 'PATCH, DELETE, OPTIONS').header('accept-patch', FRAGMENT);
  }

  @Get()
  get(@Res({ passthrough: true }) reply: FastifyReply): never {
    return onlyPost(reply);
  }

  @Put()
  put(@Res({ passthrough: true }) reply: FastifyReply): never {
    return onlyPost(reply);
  }

  async #refuseStranger(ip: string): Promise<void> {
    const known = await this.#strangers.get(ip);
    if (known && known.remainingPoints <= 0) throw new AppError('rate_limited', { retryAfterMs: known.msBeforeNext });
  }
}

function onlyPost(reply: FastifyReply): never {
  allow(reply, 'POST, OPTIONS');
  throw new AppError('method_not_allowed', { allowed: 'POST, OPTIONS' });
}

function allow(reply: FastifyReply, methods: string): FastifyReply {
  return reply.headers({
    ...{ allow: methods, 'access-control-allow-methods': methods, 'access-control-max-age': '600' },
    'access-control-allow-headers': 'Authorization, Content-Type, If-Match',
  });
}

/** @throws AppError `unauthenticated` */
function bearer({ headers }: FastifyRequest, reply: FastifyReply): string {
  const key = /^Bearer +([!-~]{1,128})$/i.exec(headers.authorization ?? '')?.[1];
  if (key !== undefined) return key;
  reply.header('www-authenticate', 'Bearer');
  throw new AppError('unauthenticated', { header: 'Authorization' });
}

/** @throws AppError `invalid_request` for another type of body, or none */
function textOf({ headers }: FastifyRequest, body: unknown, type: string): string {
  if (headers['content-type']?.split(';')[0]!.trim().toLowerCase() !== type)
    throw wrong('content-type', `is not ${type}`);
  if (typeof body !== 'string' || body === '') throw wrong('body', 'is empty');
  return body;
}
