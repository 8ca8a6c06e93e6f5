import 'reflect-metadata';
import { createServer, type RequestListener } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { config } from '#platform/config';
import { ApiCallback } from './api-callback.ts';
import { AppModule } from './app.module.ts';
import { Broadcasts } from './broadcasts.ts';
import { Packager } from './packaging/packager.ts';
import { Recordings } from './recording/recordings.ts';
import { RtmpServer } from './rtmp/rtmp-server.ts';
import { SignallingGateway } from './signalling.gateway.ts';
import { prepareWhip } from './whip/whip.controller.ts';
import { Workers } from './workers.ts';

export interface MediaProcess {
  app: NestFastifyApplication;
  /** Ends every broadcast, tells the api for at most `ms`, and closes what is open. */
  stop(ms?: number): Promise<void>;
}

/** Starts workers first, so that whoever can connect can also be served. */
export async function startMediaProcess(): Promise<MediaProcess> {
  // Playlists and parts are served ahead of Nest: most requests are theirs.
  let serves: Packager['server'] | undefined;
  const serverFactory = (handler: RequestListener) =>
    // Who neither reads nor asks for so long is dropped; a player asks several times a second.
    createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
      if (!serves?.handle(request, response)) handler(request, response);
    }).setTimeout(60_000);
  const adapter = new FastifyAdapter({ bodyLimit: 64_000, serverFactory });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, adapter, {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  prepareWhip(app);
  const packager = app.get(Packager);
  serves = packager.server;
  serves.attach(app.getHttpServer());
  const workers = app.get(Workers);
  const broadcasts = app.get(Broadcasts);
  const api = app.get(ApiCallback);
  const recordings = app.get(Recordings);
  recordings.awaitEnd = (showId) => packager.finish(showId);
  packager.listen({
    segment: ({ showId, broadcastId, init, bytes, duration, programDateTime, discontinuity, keptAt }) =>
      recordings.take(showId, {
        broadcastId,
        init: init.bytes,
        bytes,
        seconds: duration,
        at: Math.round(programDateTime),
        discontinuity,
        keptAt,
      }),
    showEnded: () => undefined,
  });
  const gateway = app.get(SignallingGateway);
  const rtmp = app.get(RtmpServer);
  try {
    await packager.start();
    await workers.start();
    if (config.rtmpPort !== undefined) await rtmp.start(config.rtmpPort);
    await app.listen({ host: config.host, port: config.mediaPort });
  } catch (error) {
    workers.close();
    throw error;
  }
  void recordings.resume();
  api.startHeartbeat(() => ({
    packager: packager.available,
    broadcasts: broadcasts.list,
    edges: broadcasts.edges,
  }));

  const stop = async (ms = 2_000) => {
    // In one turn, ahead of mediasoup's own handler of signals, which closes the workers.
    broadcasts.drain('api_stopped');
    gateway.close();
    rtmp.close();
    await packager.close();
    await recordings.close();
    await api.close(ms);
    workers.close();
    await app.close();
  };
  let stopping: Promise<void> | null = null;
  return { app, stop: (ms) => (stopping ??= stop(ms)) };
}
