import { Controller, Get, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import * as z from 'zod/mini';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { Id } from '#contracts/ids';
import { mailApi, mailPagePath } from '#contracts/mail';
import { Endpoint, Input } from '#platform/endpoint';
import { validate } from '#platform/validate';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { MailService } from './mail.service.ts';

/** A mail has its styles in its elements, which our own pages may not; it may nothing else. */
const PAGE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

@Controller()
export class MailsController {
  constructor(private readonly mails: MailService) {}

  @Endpoint(mailApi.list)
  @Access('mails.read')
  list(@CurrentMember() actor: Actor, @Input(mailApi.list) input: ParsedRequestOf<typeof mailApi.list>) {
    return this.mails.list(actor.brandId, input);
  }

  @Endpoint(mailApi.get)
  @Access('mails.read')
  get(@CurrentMember() actor: Actor, @Input(mailApi.get) { id }: ParsedRequestOf<typeof mailApi.get>) {
    return this.mails.get(actor.brandId, id);
  }

  @Get(mailPagePath(':id'))
  @Access('mails.read')
  async page(@CurrentMember() actor: Actor, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const html = await this.mails.html(actor.brandId, validate(z.object({ id: Id }), { id }).id);
    await reply
      .header('Content-Type', 'text/html; charset=utf-8')
      .header('Content-Security-Policy', PAGE_POLICY)
      .header('Cache-Control', 'private, no-store')
      .send(html);
  }

  @Endpoint(mailApi.resend)
  @Access('mails.send')
  resend(@CurrentMember() actor: Actor, @Input(mailApi.resend) { id }: ParsedRequestOf<typeof mailApi.resend>) {
    return this.mails.resend(actor.brandId, id);
  }
}
