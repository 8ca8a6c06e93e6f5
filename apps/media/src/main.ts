import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { startMediaProcess, type MediaProcess } from './media-process.ts';

const EXIT_WITHIN_MS = 3_000;

let media: MediaProcess | null = null;

const end = (code: number) => {
  // Whatever still hangs then is not worth a supervisor's patience.
  setTimeout(() => process.exit(code), EXIT_WITHIN_MS - 200).unref();
  (media?.stop() ?? Promise.resolve()).then(
    () => process.exit(code),
    (error: unknown) => {
      logger.error({ err: error }, 'did not stop cleanly');
      process.exit(1);
    },
  );
};
// Before any worker exists: listeners run in order, and mediasoup adds its own, which close the workers at once.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end(0));

// Nobody waited for that answer, so nothing is left half-done by it; most often a worker closed under a request.
process.on('unhandledRejection', (error) => logger.error({ err: error }, 'unhandled rejection'));
// After this the state is unknown. The supervisor starts a process whose state is known.
process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'uncaught exception');
  end(1);
});

try {
  media = await startMediaProcess();
  logger.info({ port: config.mediaPort, rtcPort: config.mediaRtcPort, workers: config.mediaWorkers }, 'media is up');
} catch (error) {
  logger.fatal({ err: error }, 'media cannot start');
  process.exit(1);
}
