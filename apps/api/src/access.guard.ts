import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { verifyService } from '#platform/grants';
import { ACCESS, AccountsService, may, sessionTokenOf, type AccessRule, type Identified } from './accounts/index.ts';
import { PeopleService } from './people/index.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Deny by default: a route without an access rule answers nobody. Also where an unsafe request of a foreign page ends. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accounts: AccountsService,
    private readonly people: PeopleService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest & Identified>();
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!rule) throw new AppError('forbidden');
    if (rule === 'service') {
      await verifyService(request.headers.authorization);
      return true;
    }
    const { origin } = request.headers;
    if (!safeMethods.has(request.method) && origin !== undefined && origin !== config.publicUrl) {
      throw new AppError('foreign_origin');
    }
    await this.#identify(request, rule);
    if (rule === 'public') return true;
    if (rule === 'guest') {
      if (!request.viewerId) throw new AppError('unauthenticated');
      return true;
    }
    if (!request.actor) throw new AppError('unauthenticated');
    if (rule !== 'member' && !may(request.actor.role, rule)) throw new AppError('forbidden');
    return true;
  }

  /** A guest token that is no longer good counts as none on a public route, so that the page can ask for a new one. */
  async #identify(request: FastifyRequest & Identified, rule: AccessRule): Promise<void> {
    const guestToken = /^Guest (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (guestToken && (rule === 'public' || rule === 'guest')) {
      request.viewerId = await this.people.viewerOf(guestToken).catch((error: unknown) => {
        if (rule === 'public') return undefined;
        throw error;
      });
    }
    const session = sessionTokenOf(request.headers.cookie);
    if (session) request.actor = (await this.accounts.actorOf(session)) ?? undefined;
  }
}
