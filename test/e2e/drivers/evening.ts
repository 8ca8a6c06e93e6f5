import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { browserOptions, openBrowser } from '../../support/browser.ts';
import { signalTree } from '../../support/process-tree.ts';
import { startProduct, type Product } from '../../support/product.ts';
import { Buyer } from './buyer.ts';
import { blueCamera, clockCamera } from './camera.ts';
import { Customer } from './customer.ts';
import { eventually } from './eventually.ts';
import { Guest } from './guest.ts';
import { Host } from './host.ts';
import { Marketer } from './marketer.ts';
import { Moderator } from './moderator.ts';
import { desktop, PATIENCE_MS, phone, type Device, type Person } from './person.ts';
import { Rewatcher } from './rewatcher.ts';
import { keepConnections, Viewer } from './viewer.ts';

/** The demo show that waits for somebody to host it. */
export const show = { slug: 'hands-on', title: 'はじめての配信' };

type Service = 'api' | 'media';

/** Somebody whose machine can be put to sleep. */
export interface Sleeper {
  viewer: Viewer;
  sleeps(): void;
  /** To a machine whose clock is so much later. @returns when it goes on */
  wakes(laterMs: number): Promise<number>;
}

/** A running Engawa with its demo brand, a browser, and the people who meet there. */
export class Evening {
  /** Errors that nobody caught, of all pages. */
  readonly faults: string[] = [];
  readonly #machines: { end(): Promise<void> }[] = [];

  private constructor(
    readonly product: Product,
    private readonly browser: Browser,
  ) {}

  static async begin(): Promise<Evening> {
    const [product, browser] = await Promise.all([startProduct({ demo: true }), openBrowser()]);
    return new Evening(product, browser);
  }

  async end(): Promise<void> {
    for (const machine of this.#machines) await machine.end();
    await this.browser.close();
    await this.product.stop();
  }

  /** The address that `npm start` printed beside these words. */
  printedAddress(words: string): string {
    return new RegExp(`${words}\\s+(\\S+)`).exec(this.product.output())?.[1] ?? '';
  }

  host(device: Device = { ...desktop, language: 'ja' }): Promise<Host> {
    return this.#person(Host, device, clockCamera);
  }

  guest(device: Device = desktop): Promise<Guest> {
    return this.#person(Guest, device, blueCamera);
  }

  viewer(device: Device = phone): Promise<Viewer> {
    return this.#person(Viewer, device, keepConnections);
  }

  /** A viewer with a browser of their own, which stands still as a whole while they sleep. */
  async sleeper(device: Device = phone): Promise<Sleeper> {
    const server = await chromium.launchServer(browserOptions());
    const signal = (name: NodeJS.Signals) => signalTree(server.process().pid!, name);
    this.#machines.push({
      async end() {
        signal('SIGCONT');
        await server.close();
      },
    });
    const viewer = await this.#person(Viewer, device, keepConnections, await chromium.connect(server.wsEndpoint()));
    await viewer.page.clock.install();
    return {
      viewer,
      sleeps: () => signal('SIGSTOP'),
      async wakes(laterMs) {
        const at = Date.now();
        signal('SIGCONT');
        await viewer.page.clock.fastForward(laterMs);
        return at;
      },
    };
  }

  /** @param script runs in each of their pages before the page's own */
  buyer(device: Device = phone, script = ''): Promise<Buyer> {
    return this.#person(Buyer, device, `${script};${keepConnections}`);
  }

  rewatcher(device: Device = phone): Promise<Rewatcher> {
    return this.#person(Rewatcher, device, keepConnections);
  }

  customer(device: Device = phone): Promise<Customer> {
    return this.#person(Customer, device, keepConnections);
  }

  moderator(device: Device = desktop): Promise<Moderator> {
    return this.#person(Moderator, device);
  }

  marketer(device: Device = desktop): Promise<Marketer> {
    return this.#person(Marketer, device);
  }

  /** A host who is on air, and their show. */
  async hostOnAir(device?: Device): Promise<Host> {
    const host = await this.host(device);
    await host.signsIn();
    await host.opensStudio(show.title);
    await host.goesLive();
    return host;
  }

  /** `kill -9` of one of the processes that this product's supervisor keeps running. @returns when, and after how many milliseconds there is another */
  kill(name: Service): { at: number; restarted: Promise<number> } {
    const pid = this.#pidOf(name);
    if (pid === undefined) throw new Error(`${name} is not running`);
    process.kill(pid, 'SIGKILL');
    const at = Date.now();
    const restarted = eventually(() => {
      const now = this.#pidOf(name);
      if (now === undefined || now === pid) throw new Error(`${name} is not started again`);
      return Date.now() - at;
    });
    return { at, restarted };
  }

  #pidOf(name: Service): number | undefined {
    const record = readFileSync(join(this.product.dataDir, 'processes.json'), 'utf8');
    return (JSON.parse(record) as { name: string; pid: number }[]).find((process) => process.name === name)?.pid;
  }

  async #person<P extends Person>(
    role: new (...args: ConstructorParameters<typeof Person>) => P,
    { language, width, height, touch, still }: Device,
    script?: string,
    browser = this.browser,
  ): Promise<P> {
    const context = await browser.newContext({
      viewport: { width, height },
      locale: language === 'ja' ? 'ja-JP' : 'en-GB',
      timezoneId: 'Asia/Tokyo',
      hasTouch: touch,
      isMobile: touch,
      reducedMotion: still ? 'reduce' : 'no-preference',
    });
    context.setDefaultTimeout(PATIENCE_MS);
    if (script) await context.addInitScript(script);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.faults.push(`${page.url()}: ${error.stack ?? error.message}`));
    return new role(page, this.product.url, language);
  }
}
