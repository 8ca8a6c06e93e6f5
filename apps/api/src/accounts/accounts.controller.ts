import type {} from '@fastify/cookie'; // widens FastifyReply with setCookie
import { Controller, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accountsApi, type Session } from '#contracts/accounts';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { config } from '#platform/config';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from './access.ts';
import { AccountsService } from './accounts.service.ts';
import { sessionCookie, sessionCookieOptions, sessionTokenOf } from './session-cookie.ts';
import { SignInLimiter } from './sign-in-limiter.ts';

@Controller()
export class AccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly limiter: SignInLimiter,
  ) {}

  @Endpoint(accountsApi.setup)
  @Access('public')
  async setup() {
    return { needsFirstMember: await this.accounts.needsFirstMember(), demo: config.demo };
  }

  @Endpoint(accountsApi.createFirstMember)
  @Access('public')
  async createFirstMember(
    @Input(accountsApi.createFirstMember) input: ParsedRequestOf<typeof accountsApi.createFirstMember>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    await this.limiter.consume(request.ip, 'setup');
    await this.accounts.createFirstMember(input);
    return this.#signIn(input, request, reply);
  }

  @Endpoint(accountsApi.signIn)
  @Access('public')
  async signIn(
    @Input(accountsApi.signIn) input: ParsedRequestOf<typeof accountsApi.signIn>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    await this.limiter.consume(request.ip, input.email);
    const session = await this.#signIn(input, request, reply);
    await this.limiter.succeeded(request.ip, input.email);
    return session;
  }

  @Endpoint(accountsApi.session)
  @Access('member')
  session(@CurrentMember() actor: Actor): Promise<Session> {
    return this.accounts.session(actor);
  }

  @Endpoint(accountsApi.signOut)
  @Access('public')
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const token = sessionTokenOf(request.headers.cookie);
    if (token) await this.accounts.signOut(token);
    // With the attributes it was set with: a browser takes no `__Host-` cookie without them, not even an expired one.
    void reply.clearCookie(sessionCookie, sessionCookieOptions);
    return {};
  }

  /** The session that the browser had before ends. */
  async #signIn(
    { email, password }: { email: string; password: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Session> {
    const { session, token } = await this.accounts.signIn(email, password);
    const previous = sessionTokenOf(request.headers.cookie);
    if (previous) await this.accounts.signOut(previous);
    void reply.setCookie(sessionCookie, token, sessionCookieOptions);
    return session;
  }
}
