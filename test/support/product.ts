import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './ports.ts';

export interface Product {
  /** Origin of the web and the api. */
  url: string;
  dataDir: string;
  /** Where media is sent, over UDP and TCP. */
  rtcPort: number;
  /** Origin of the stand-in for Stripe. */
  sandboxUrl: string;
  /** All that it has printed so far. */
  output(): string;
  /** Ctrl-C, and waits for the end. */
  stop(): Promise<void>;
}

/**
 * Starts Engawa as a person does, by tools/start.mjs: built, on free ports, with an embedded PostgreSQL and all data in
 * a folder of its own. Resolves when it has printed its addresses.
 *
 * @param options.demo seed the demo brand and put its demo show on air
 */
export async function startProduct({ demo = false, env = {} }: { demo?: boolean; env?: Record<string, string> } = {}) {
  const [port, mediaPort, rtcPort, sandboxPort] = await freePorts(4);
  const dataDir = mkdtempSync(join(process.env.TEST_TEMP_DIR ?? tmpdir(), 'product-'));
  const url = `http://localhost:${port}`;
  const child = spawn(process.execPath, ['tools/start.mjs'], {
    env: {
      ...process.env,
      // jest says 'test', and a person's Engawa is no test.
      NODE_ENV: undefined,
      PORT: String(port),
      MEDIA_PORT: String(mediaPort),
      MEDIA_RTC_PORT: String(rtcPort),
      STRIPE_SANDBOX_PORT: String(sandboxPort),
      ENGAWA_DATA_DIR: dataDir,
      DEMO: demo ? '1' : '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (printed += text));
  }
  const ended = once(child, 'exit').then(([code, signal]) => `ended with ${String(signal ?? code)}`);
  const stop = async () => {
    child.kill('SIGINT');
    await Promise.race([ended, sleep(20_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
    await ended;
  };
  const product: Product = {
    url,
    dataDir,
    rtcPort: rtcPort!,
    sandboxUrl: `http://localhost:${sandboxPort}`,
    output: () => printed,
    stop,
  };
  try {
    await untilPrinted('Ctrl-C ends everything', () => printed, ended);
  } catch (error) {
    if (child.exitCode === null && child.signalCode === null) await stop();
    throw new Error(`${String(error)}\n${printed}`, { cause: error });
  }
  return product;
}

async function untilPrinted(text: string, printed: () => string, ended: Promise<string>): Promise<void> {
  let ending: string | undefined;
  void ended.then((how) => (ending = how));
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    if (printed().includes(text)) return;
    if (ending) throw new Error(`npm start ${ending}`);
    await sleep(100);
  }
  throw new Error('npm start is not ready after two minutes');
}
