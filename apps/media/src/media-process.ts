import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { config } from '#platform/config';
import { ApiCallback } from './api-callback.ts';
import { AppModule } from './app.module.ts';
import { Broadcasts } from './broadcasts.ts';
import { Recordings } from './recording/recordings.ts';
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
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, new FastifyAdapter({ bodyLimit: 64_000 }), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  prepareWhip(app);
  const workers = app.get(Workers);
  const broadcasts = app.get(Broadcasts);
  const api = app.get(ApiCallback);
  const gateway = app.get(SignallingGateway);
  try {
    await workers.start();
    await app.listen({ host: config.host, port: config.mediaPort });
  } catch (error) {
    workers.close();
    throw error;
  }
  api.startHeartbeat(() => ({ broadcasts: broadcasts.list, edges: broadcasts.edges }));

  const stop = async (ms = 2_000) => {
    // In one turn, ahead of mediasoup's own handler of signals, which closes the workers.
    broadcasts.drain('api_stopped');
    gateway.close();
    await app.get(Recordings).close();
    await api.close(ms);
    workers.close();
    await app.close();
  };
  let stopping: Promise<void> | null = null;
  return { app, stop: (ms) => (stopping ??= stop(ms)) };
}
