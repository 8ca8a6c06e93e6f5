import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { peopleApi, type Guest } from '#contracts/people';
import { AppError } from '#platform/app-error';
import { Endpoint } from '#platform/endpoint';
import { Access, CurrentViewer } from '../accounts/index.ts';
import { PeopleService } from './people.service.ts';

@Controller()
export class PeopleController {
  /** A school or an office shares one address: generous, but not endless. */
  readonly #limiter = new RateLimiterMemory({ points: 600, duration: 60 });

  constructor(private readonly people: PeopleService) {}

  @Endpoint(peopleApi.guest)
  @Access('public')
  async guest(@CurrentViewer() viewerId: string | null, @Req() request: FastifyRequest): Promise<Guest> {
    await this.#limiter.consume(request.ip).catch(() => {
      throw new AppError('rate_limited', { retryAfterMs: 60_000 });
    });
    return this.people.guest(viewerId);
  }
}
