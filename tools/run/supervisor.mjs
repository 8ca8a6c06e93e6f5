import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sleep } from '../prepare/processes.mjs';
import { dim, print } from '../prepare/progress.mjs';
import { openLog } from './logs.mjs';
import { openRecord, runVariable, signalTo } from './record.mjs';

const firstDelay = 500;
const longestDelay = 3000;
const healthyAfter = 30_000;
const patience = 5000;

/**
 * Keeps processes running: one that dies is started again, first after half a second, then after longer, at most three
 * seconds. Each leads a process group of its own, so that Ctrl-C reaches only the supervisor and what it starts itself
 * (workers, ffmpeg) ends with it.
 *
 * @param {string} dataDir holds the logs and the record of what runs
 */
export function createSupervisor(dataDir) {
  const runId = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  const record = openRecord(dataDir, runId);
  const services = new Map();
  let stopping = false;

  const launch = (service) => {
    const { name, command, args, env, log } = service;
    service.startedAt = Date.now();
    service.restartOnExit = true;
    const child = spawn(command, args, {
      detached: true,
      env: { ...env, [runVariable]: runId },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    service.child = child;
    log.attach(child);
    service.ended = new Promise((resolve) => {
      child.on('error', (error) => resolve(error.message));
      child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    });
    if (child.pid) record.add(name, child.pid);
    void service.ended.then((reason) => onEnd(service, child, reason));
  };

  const onEnd = (service, child, reason) => {
    // What it started must not outlive it: a worker that keeps the port would refuse the next one.
    if (child.pid) signalTo(-child.pid, 'SIGKILL');
    service.child = null;
    record.remove(service.name);
    if (stopping || !service.restartOnExit) return;
    service.deaths += 1;
    const healthy = Date.now() - service.startedAt > healthyAfter;
    service.delay = healthy || !service.delay ? firstDelay : Math.min(service.delay * 2, longestDelay);
    print(
      `  ! ${service.name} ended (${reason}), starting it again in ${service.delay / 1000} s  ${dim(service.file)}`,
    );
    service.timer = setTimeout(() => launch(service), service.delay);
  };

  const end = async (service) => {
    clearTimeout(service.timer);
    const { child } = service;
    if (!child?.pid) return;
    service.restartOnExit = false;
    // Asked alone, it can end what it started in good order. What then remains of its group is ended by force.
    signalTo(child.pid, 'SIGTERM');
    await Promise.race([service.ended, sleep(patience)]);
    signalTo(-child.pid, 'SIGKILL');
    await service.ended;
  };

  return {
    /** Ends what an earlier run of this data folder left. @returns {Promise<number>} */
    clearLeftovers: () => record.clear(),

    /** Starts a process and keeps it running. */
    start({ name, command = process.execPath, args, env }) {
      const file = join(dataDir, 'logs', `${name}.log`);
      const service = { name, command, args, env, file, log: openLog(name, file), deaths: 0, delay: 0 };
      services.set(name, service);
      launch(service);
    },

    /** Ends a process and starts it anew, for instance because it was built again. */
    async restart(name) {
      const service = services.get(name);
      if (!service || stopping) return;
      await end(service);
      if (stopping) return;
      service.delay = 0;
      launch(service);
    },

    /** How often a process has died, and the end of what it printed. */
    state(name) {
      const service = services.get(name);
      return { deaths: service.deaths, tail: service.log.tail(), file: service.file };
    },

    /** Ends one after the other, those started last first, so that media can still tell the api why; then what they may have left. */
    async stop() {
      stopping = true;
      for (const service of [...services.values()].reverse()) await end(service);
      await record.sweep();
    },

    /** Ends all of them at once, without waiting for anything. */
    kill() {
      stopping = true;
      for (const { child } of services.values()) if (child?.pid) signalTo(-child.pid, 'SIGKILL');
    },
  };
}
