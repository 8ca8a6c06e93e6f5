import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const command = createRequire(import.meta.url).resolve('@stripe/cli/bin/shim.js');

/** Stripe's own command line, pointed at a sandbox: a driver of payments that nobody here wrote. */
export class StripeCli {
  private constructor(
    private readonly apiUrl: string,
    private readonly home: string,
  ) {}

  static async open(apiUrl: string): Promise<StripeCli> {
    return new StripeCli(apiUrl, await mkdtemp(join(tmpdir(), 'engawa-stripe-cli-')));
  }

  /** Makes what must happen for an event of this type to come. Rejects with what the command line said when Stripe refused. */
  async trigger(event: string, ...more: string[]): Promise<void> {
    const { home } = this;
    const env = {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: home,
      STRIPE_API_KEY: 'sk_test_sandbox',
      STRIPE_CLI_TELEMETRY_OPTOUT: '1',
      // It asks the world for newer versions of itself, and shall find nobody there. Addresses of this machine need no proxy.
      HTTPS_PROXY: 'http://127.0.0.1:9',
    };
    const { stdout } = await run(process.execPath, [command, 'trigger', event, '--api-base', this.apiUrl, ...more], {
      env,
      timeout: 30_000,
    });
    if (!stdout.includes('Trigger succeeded')) throw new Error(stdout);
  }

  close(): Promise<void> {
    return rm(this.home, { recursive: true, force: true });
  }
}
