import { Controller, Get, Headers, Options, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { AppError } from '#platform/app-error';
import { verifyToken } from '#platform/grants';
import { REPLAY_DOWNLOAD } from '#contracts/media';
import { MP4 } from './mp4.ts';
import { metaOf, Recordings } from './recordings.ts';

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Hands out replays to pages of any origin: by ranges from disk, or from the bucket where browsers do not read it themselves. */
@Controller('/replay')
export class ReplayController {
  constructor(private readonly recordings: Recordings) {}

  @Get(':showId/:name')
  async file(
    @Param('showId') showId: string,
    @Param('name') name: string,
    @Headers('range') range: string | undefined,
    @Query('token') token: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    allowAll(reply);
    if (!ID.test(showId)) throw new AppError('not_found');
    if (name === MP4) await requireDownload(token, showId, reply);
    try {
      const { body, length, contentRange } = await this.recordings.open(showId, name, range);
      const { contentType, cacheControl } = metaOf(name);
      if (contentRange !== null) void reply.status(206).header('content-range', contentRange);
      void reply
        .header('content-type', contentType)
        .header('content-length', length)
        .header('cache-control', cacheControl)
        .header('accept-ranges', 'bytes');
      await reply.send(body);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      await reply.status(416).header('content-range', 'bytes */*').send();
    }
  }

  @Options(':showId/:name')
  async preflight(@Res() reply: FastifyReply): Promise<void> {
    allowAll(reply);
    await reply
      .status(204)
      .header('access-control-allow-methods', 'GET, HEAD')
      .header('access-control-allow-headers', 'range')
      .header('access-control-max-age', '86400')
      .send();
  }
}

function allowAll(reply: FastifyReply): void {
  void reply
    .header('access-control-allow-origin', '*')
    .header('access-control-expose-headers', 'content-range, content-length, accept-ranges')
    .header('cross-origin-resource-policy', 'cross-origin');
}

/** @throws grant_invalid, grant_expired; not_found for another show's */
async function requireDownload(token: unknown, showId: string, reply: FastifyReply): Promise<void> {
  if (typeof token !== 'string') throw new AppError('grant_invalid');
  const { sub, name } = await verifyToken(REPLAY_DOWNLOAD, token);
  if (sub !== showId) throw new AppError('not_found');
  const file = encodeURIComponent(typeof name === 'string' ? name : 'show');
  void reply.header('content-disposition', `attachment; filename="show.mp4"; filename*=UTF-8''${file}.mp4`);
}
