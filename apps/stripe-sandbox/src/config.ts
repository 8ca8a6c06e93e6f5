import { join } from 'node:path';
import * as z from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
/** Set to nothing is not set. */
const optional = <S extends z.ZodType>(of: S) =>
  z.preprocess((value) => (value === '' ? undefined : value), of.optional());
const optionalText = optional(z.string());
const optionalUrl = optional(z.url());
const eventTypes = z.string().regex(/^[a-z_.]+(,[a-z_.]+)*$/, 'must be types of events with commas between them');

const schema = z
  .object({
    NODE_ENV: z
      .string()
      .default('development')
      .refine((value) => value !== 'production', 'the sandbox takes no real money and does not run in production'),
    HOST: z.string().min(1).default('127.0.0.1'),
    STRIPE_SANDBOX_PORT: port.default(3002),
    /** How a browser reaches the sandbox. Without it: the host and port that it listens on. */
    STRIPE_SANDBOX_URL: optionalUrl,
    STRIPE_SECRET_KEY: z.string().regex(/^sk_test_\w+$/, 'must be a test key: sk_test_…'),
    STRIPE_PUBLISHABLE_KEY: z.string().regex(/^pk_test_\w+$/, 'must be a test key: pk_test_…'),
    STRIPE_WEBHOOK_SECRET: z.string().regex(/^whsec_\w+$/, 'must be a webhook secret: whsec_…'),
    /** Where events go. Without it they are kept and can be listed, as at an account without a webhook endpoint. */
    STRIPE_WEBHOOK_URL: optionalUrl,
    /** Types of events that the endpoint asked for, with commas between them. Without it: all. */
    STRIPE_WEBHOOK_EVENTS: optional(eventTypes),
    /** The shop's origin: only its pages may call with the publishable key and frame the 3D Secure page. */
    PUBLIC_URL: z.url().default('http://localhost:3000'),
    /** Folder of the state. Without it: `stripe-sandbox` in the product's data folder, or memory when there is none. */
    SANDBOX_DATA_DIR: optionalText,
    ENGAWA_DATA_DIR: optionalText,
  })
  .transform((env) => ({
    host: env.HOST,
    port: env.STRIPE_SANDBOX_PORT,
    url: env.STRIPE_SANDBOX_URL?.replace(/\/$/, ''),
    secretKey: env.STRIPE_SECRET_KEY,
    publishableKey: env.STRIPE_PUBLISHABLE_KEY,
    webhookSecret: env.STRIPE_WEBHOOK_SECRET,
    webhookUrl: env.STRIPE_WEBHOOK_URL,
    webhookEvents: env.STRIPE_WEBHOOK_EVENTS ? new Set(env.STRIPE_WEBHOOK_EVENTS.split(',')) : undefined,
    shopOrigin: new URL(env.PUBLIC_URL).origin,
    dataDir: env.SANDBOX_DATA_DIR ?? (env.ENGAWA_DATA_DIR && join(env.ENGAWA_DATA_DIR, 'stripe-sandbox')),
  }));

export type Config = Readonly<z.infer<typeof schema>>;

/** Reads the environment once. Throws one error that lists every fault. */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const result = schema.safeParse(env);
  if (result.success) return Object.freeze(result.data);
  const faults = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`The configuration of the Stripe sandbox is wrong:\n${faults.join('\n')}`);
}
