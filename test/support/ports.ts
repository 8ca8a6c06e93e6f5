import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Above what services have for good and browsers refuse to call (10080 is the last), and below what the system gives to outgoing connections: nobody takes one of these between now and its use. */
const FIRST = 10_081;
const END = 32_000;

/** Ports that are free at this moment, held all at once so that no two are the same. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  while (held.size < count) {
    const port = randomInt(FIRST, END);
    const server = createServer();
    const isFree = once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.listen(port);
    if (await isFree) held.set(port, server);
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))));
  return [...held.keys()];
}
