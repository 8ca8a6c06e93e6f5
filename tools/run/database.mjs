import { startPostgres } from '../prepare/postgres.mjs';
import { sleep } from '../prepare/processes.mjs';
import { print } from '../prepare/progress.mjs';

/**
 * Starts the embedded PostgreSQL and keeps it running, always on the port it was first given, because that is part of the
 * address that the others know.
 *
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function keepPostgres({ dataDir, logFile, report }) {
  let server = await startPostgres({ dataDir, logFile, report });
  const { url, port } = server;
  let stopping = false;

  const watch = async () => {
    for (let delay = 500; !stopping;) {
      const reason = await server.exited;
      if (stopping) return;
      print(`  ! postgres ended (${reason}), starting it again`);
      for (;;) {
        await sleep(delay);
        if (stopping) return;
        const next = await startPostgres({ dataDir, port, logFile }).catch((error) => error);
        if (!(next instanceof Error)) {
          server = next;
          delay = 500;
          break;
        }
        print(`  ! ${next.message}`);
        delay = Math.min(delay * 2, 3000);
      }
      // Asked to stop while it was being started.
      if (stopping) await server.stop();
    }
  };
  const watching = watch();

  return {
    url,
    async stop() {
      stopping = true;
      await server.stop();
      await watching;
    },
  };
}
