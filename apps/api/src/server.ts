import { join } from 'node:path';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import fastify from 'fastify';
import type { Connections } from './database/index.ts';
import { config } from '#platform/config';
import { AppModule } from './app.module.ts';
import { MAX_IMAGE_BYTES } from './catalog/index.ts';
import { collectorEdge, CollectorService } from './engagement/index.ts';
import { NestLogger } from './nest-logger.ts';

const BODY_LIMIT = 256 * 1024;

/**
 * The api with its edges, not yet listening.
 * @param webDir the folder with the built web; its pages answer an error while it is missing
 */
export async function createServer(dataSource: Connections, webDir: string): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: 'loopback',
    routerOptions: { maxParamLength: 300 },
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.over(dataSource, webDir), adapter, {
    rawBody: true,
    logger: new NestLogger(),
  });
  app.enableShutdownHooks(['SIGTERM', 'SIGINT']);
  await app.register(cookie);
  await app.register(multipart, { limits: { files: 1, fileSize: MAX_IMAGE_BYTES, fields: 0 } });
  const page = await securityHeaders();
  const answer = ofAnswer(page);
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    void reply.headers(/^\/(api|v1)\//.test(request.url) ? answer : page);
    done();
  });
  await app.register(collectorEdge(app.get(CollectorService)), { prefix: '/v1' });
  await app.register(fastifyStatic, {
    root: join(webDir, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    decorateReply: false,
  });
  await app.register(fastifyStatic, {
    root: webDir,
    serve: true,
    wildcard: false,
    index: false,
    decorateReply: false,
    globIgnore: ['index.html', 'assets/**', '.vite/**'],
  });
  return app;
}

/** What helmet says is the same in every answer. Asked at every request, it would cost as much as the routing. */
async function securityHeaders(): Promise<Record<string, string>> {
  const probe = fastify();
  await probe.register(helmet, {
    contentSecurityPolicy: { directives: contentSecurityPolicy() },
    strictTransportSecurity: isHttps(),
  });
  probe.get('/', (_request, reply) => reply.send());
  const answer = await probe.inject('/');
  await probe.close();
  const ofTheAnswer = ['connection', 'content-length', 'date'];
  const headers = Object.entries(answer.headers).filter(([name]) => !ofTheAnswer.includes(name));
  return Object.fromEntries(headers) as Record<string, string>;
}

/** What is no page has nothing to say of scripts and frames: that it is none, and that nobody elsewhere may embed it. Each header costs, in each answer of a drop. */
function ofAnswer(page: Record<string, string>): Record<string, string> {
  const kept = [
    'x-content-type-options',
    'cross-origin-resource-policy',
    'strict-transport-security',
    'referrer-policy',
  ];
  return {
    ...Object.fromEntries(Object.entries(page).filter(([name]) => kept.includes(name))),
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  };
}

const isHttps = () => config.publicUrl.startsWith('https:');

/** Stripe's own script and frames, our media process and sandbox; nothing inline, nothing from elsewhere. */
function contentSecurityPolicy(): Record<string, string[] | null> {
  const sandbox = config.stripe.apiUrl ? [config.stripe.apiUrl.replace('127.0.0.1', 'localhost')] : [];
  // Where replays are: files by script, or by the video element itself, and their thumbnails.
  const replays = [config.mediaPublicUrl, ...(config.s3?.publicUrl ? [new URL(config.s3.publicUrl).origin] : [])];
  const socketOf = (url: string) => url.replace(/^http/, 'ws');
  return {
    'default-src': ["'self'"],
    'script-src': ["'self'", 'https://js.stripe.com'],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'blob:', 'https://*.stripe.com', ...replays],
    'media-src': ["'self'", 'blob:', ...replays],
    'worker-src': ["'self'", 'blob:'],
    'font-src': ["'self'"],
    'connect-src': [
      "'self'",
      socketOf(config.publicUrl),
      ...replays,
      socketOf(config.mediaPublicUrl),
      'https://api.stripe.com',
      ...sandbox,
    ],
    'frame-src': ["'self'", 'https://js.stripe.com', 'https://hooks.stripe.com', ...sandbox],
    'frame-ancestors': ["'none'"],
    'form-action': ["'self'"],
    'base-uri': ["'none'"],
    'object-src': ["'none'"],
    'upgrade-insecure-requests': isHttps() ? [] : null,
  };
}
