import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { STRIPE_EVENTS } from '../../libs/contracts/src/stripe-events.ts';
import { root } from '../prepare/paths.mjs';
import { SetupError } from '../prepare/progress.mjs';

/**
 * Decides from the person's environment what runs and how: the variables of the children, and what is embedded.
 *
 * @param {NodeJS.ProcessEnv} given
 */
export function settle(given) {
  const dataDir = resolve(root, given.ENGAWA_DATA_DIR || '.engawa');
  const embedded = !given.DATABASE_URL;
  const sandbox = !given.STRIPE_SECRET_KEY;
  const host = given.HOST || '127.0.0.1';
  // Its sign-ins are published: they exist only while nobody else can reach them.
  const loopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  const demo = embedded && loopback && !['0', 'false', 'no', 'off'].includes((given.DEMO ?? '').toLowerCase());
  const nodeEnv = given.NODE_ENV || (embedded || sandbox ? 'development' : 'production');
  checkPayments({ given, sandbox, nodeEnv });

  const port = (name, otherwise) => {
    const value = Number(given[name] || otherwise);
    if (Number.isInteger(value) && value > 0 && value < 65536) return value;
    throw new SetupError(`${name} is ${given[name]}, which is no port.`);
  };
  const ports = {
    PORT: port('PORT', 3000),
    MEDIA_PORT: port('MEDIA_PORT', 3001),
    MEDIA_RTC_PORT: port('MEDIA_RTC_PORT', 10440),
    STRIPE_SANDBOX_PORT: port('STRIPE_SANDBOX_PORT', 3002),
  };
  mkdirSync(dataDir, { recursive: true });
  const secret = given.ENGAWA_SECRET || storedSecret(join(dataDir, 'secret'));

  const env = {
    ...given,
    ...Object.fromEntries(Object.entries(ports).map(([name, value]) => [name, String(value)])),
    NODE_ENV: nodeEnv,
    HOST: host,
    PUBLIC_URL: given.PUBLIC_URL || `http://localhost:${ports.PORT}`,
    MEDIA_PUBLIC_URL: given.MEDIA_PUBLIC_URL || `http://localhost:${ports.MEDIA_PORT}`,
    MEDIA_ANNOUNCED_ADDRESS: given.MEDIA_ANNOUNCED_ADDRESS || '127.0.0.1',
    ENGAWA_DATA_DIR: dataDir,
    ENGAWA_SECRET: secret,
    ENGAWA_EMBEDDED: embedded ? '1' : '0',
    DEMO: demo ? '1' : '0',
    DEMO_ACCOUNTS: join(root, 'tools/demo/accounts.json'),
    DEMO_ART: join(dataDir, 'demo-art.json'),
  };
  if (sandbox) {
    const webhookKey = createHmac('sha256', secret).update('stripe sandbox webhook').digest('hex');
    Object.assign(env, {
      STRIPE_SECRET_KEY: 'sk_test_sandbox',
      STRIPE_PUBLISHABLE_KEY: 'pk_test_sandbox',
      STRIPE_WEBHOOK_SECRET: `whsec_${webhookKey}`,
      STRIPE_API_URL: `http://127.0.0.1:${ports.STRIPE_SANDBOX_PORT}`,
      STRIPE_WEBHOOK_URL: `http://127.0.0.1:${ports.PORT}/api/stripe/webhook`,
      STRIPE_WEBHOOK_EVENTS: STRIPE_EVENTS.join(),
    });
  }
  const mediaWorkers = Number(given.MEDIA_WORKERS) || 1;
  return { env, dataDir, embedded, sandbox, demo, host, ports, mediaWorkers };
}

function checkPayments({ given, sandbox, nodeEnv }) {
  if (sandbox) {
    if (nodeEnv !== 'production') return;
    throw new SetupError(
      'NODE_ENV is production, and STRIPE_SECRET_KEY is not set: the stand-in for Stripe does not run in production.',
    );
  }
  const missing = ['STRIPE_PUBLISHABLE_KEY', 'STRIPE_WEBHOOK_SECRET'].filter((name) => !given[name]);
  if (missing.length > 0)
    throw new SetupError(`With STRIPE_SECRET_KEY set, these are needed too: ${missing.join(', ')}.`);
}

// Made once and kept: signed links and sessions stay valid over restarts.
function storedSecret(file) {
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
