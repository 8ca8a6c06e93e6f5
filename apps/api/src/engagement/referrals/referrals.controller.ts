import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { LinkCode, referralsApi } from '#contracts/referrals';
import { AppError } from '#platform/app-error';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, CurrentViewer, type Actor } from '../../accounts/index.ts';
import { ReferralsService } from './referrals.service.ts';
import { TrackedLinksService } from './tracked-links.service.ts';

/** One transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

@Controller()
export class ReferralsController {
  /** A hall full of people opens one link at one moment; a machine that counts up does not need more. */
  readonly #limiter = new RateLimiterMemory({ points: 600, duration: 60 });

  constructor(
    private readonly referrals: ReferralsService,
    private readonly links: TrackedLinksService,
  ) {}

  @Endpoint(referralsApi.share)
  @Access('guest')
  share(
    @CurrentViewer() viewerId: string,
    @Input(referralsApi.share) { showId }: ParsedRequestOf<typeof referralsApi.share>,
  ) {
    return this.referrals.share(viewerId, showId);
  }

  @Endpoint(referralsApi.visit)
  @Access('guest')
  async visit(
    @CurrentViewer() viewerId: string,
    @Input(referralsApi.visit) input: ParsedRequestOf<typeof referralsApi.visit>,
    @Req() request: FastifyRequest,
  ) {
    await this.#limit(request);
    await this.referrals.visit(viewerId, input);
    return {};
  }

  @Endpoint(referralsApi.links)
  @Access('insights.read')
  async list(@CurrentMember() actor: Actor) {
    return { links: await this.links.list(actor.brandId) };
  }

  @Endpoint(referralsApi.createLink)
  @Access('links.write')
  create(
    @CurrentMember() actor: Actor,
    @Input(referralsApi.createLink) input: ParsedRequestOf<typeof referralsApi.createLink>,
  ) {
    return this.links.create(actor.brandId, input);
  }

  @Endpoint(referralsApi.archiveLink)
  @Access('links.write')
  async archive(
    @CurrentMember() actor: Actor,
    @Input(referralsApi.archiveLink) { code }: ParsedRequestOf<typeof referralsApi.archiveLink>,
  ) {
    await this.links.archive(actor.brandId, code);
    return {};
  }

  /** A click. An unknown code leads to the front page: whoever followed it wanted to see something. */
  @Get('/l/:code')
  @Access('public')
  async follow(@Param('code') code: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.#limit(request);
    const [, name, picture] = /^([a-z0-9]{10})(\.gif)?$/.exec(code) ?? [];
    const known = LinkCode.safeParse(name);
    if (picture) {
      if (known.success) await this.links.see(known.data);
      await reply.header('content-type', 'image/gif').header('cache-control', 'no-store').send(PIXEL);
      return;
    }
    const path = known.success ? await this.links.follow(known.data) : null;
    await reply.header('cache-control', 'no-store').redirect(path ?? '/', 302);
  }

  async #limit(request: FastifyRequest): Promise<void> {
    await this.#limiter.consume(request.ip).catch(() => {
      throw new AppError('rate_limited', { retryAfterMs: 60_000 });
    });
  }
}
