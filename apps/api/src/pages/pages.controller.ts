import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Slug } from '#contracts/ids';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { Access } from '../accounts/index.ts';
import { ShowsService } from '../shows/index.ts';
import { jsonForScript, showBody, showHead } from './html.ts';

export const WEB_DIR = Symbol('the folder with the built web');

/** The HTML of every page: one shell, and for a show's public page what it is about. */
@Controller()
@Access('public')
export class PagesController {
  #shell: Promise<string> | undefined;

  constructor(
    @Inject(WEB_DIR) private readonly webDir: string,
    private readonly shows: ShowsService,
  ) {}

  @Get('/s/:slug')
  async show(@Param('slug') slug: string, @Res() reply: FastifyReply): Promise<void> {
    try {
      // What is no slug is no question to the database: it would refuse a NUL.
      if (!Slug.safeParse(slug).success) throw new AppError('not_found');
      const show = await this.shows.bySlug(slug);
      await this.#send(reply, 200, {
        head: showHead(show, config.publicUrl),
        body: showBody(show),
        data: `<script type="application/json" id="page-data">${jsonForScript(show)}</script>`,
      });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not_found') throw error;
      await this.#send(reply, 404, { head: '<title>Engawa</title>', body: '', data: '' });
    }
  }

  @Get('*')
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const path = request.url.split('?')[0]!;
    if (path.startsWith('/api/') || path.startsWith('/assets/')) throw new AppError('not_found');
    await this.#send(reply, 200, { head: '<title>Engawa</title>', body: '', data: '' });
  }

  async #send(reply: FastifyReply, status: number, parts: { head: string; body: string; data: string }): Promise<void> {
    this.#shell ??= readFile(join(this.webDir, 'index.html'), 'utf8');
    const shell = await this.#shell.catch((error: unknown) => {
      this.#shell = undefined;
      throw error;
    });
    // Replacement functions, because a `$` in a title would otherwise be read as a pattern.
    const html = shell
      .replace('<!--head-->', () => parts.head)
      .replace('<!--body-->', () => parts.body)
      .replace('<!--data-->', () => parts.data);
    await reply
      .status(status)
      .header('Content-Type', 'text/html; charset=utf-8')
      .header('Cache-Control', 'no-cache')
      .send(html);
  }
}
