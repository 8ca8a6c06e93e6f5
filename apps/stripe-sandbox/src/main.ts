import { readConfig } from './config.ts';
import { serve } from './server.ts';

const log = (message: string) => process.stdout.write(`${new Date().toISOString()} stripe-sandbox ${message}\n`);

try {
  const server = await serve(readConfig(process.env), log);
  log(`stands in for Stripe at ${server.url}: no real money`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void server.close().then(() => process.exit(0)));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
