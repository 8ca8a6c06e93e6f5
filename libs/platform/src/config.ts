import * as z from 'zod/mini';

const port = (otherwise: number) =>
  z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65535)), otherwise);
const text = z.string().check(z.minLength(1));
const url = z.url({ protocol: /^https?$/ });
const flag = (otherwise: boolean) => z._default(z.stringbool(), otherwise);

/** Every variable that a server process reads. `.env.example` is held equal to these names by a test. */
export const environmentSchema = z.object({
  NODE_ENV: z._default(z.enum(['development', 'production', 'test']), 'development'),
  LOG_LEVEL: z._default(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), 'info'),
  HOST: z._default(text, '127.0.0.1'),
  PORT: port(3000),
  MEDIA_PORT: port(3001),
  MEDIA_RTC_PORT: port(10440),
  RTMP_PORT: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(65535))),
  MEDIA_WORKERS: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(64)), 1),
  MEDIA_WORKER_LIMIT: z._default(z.coerce.number().check(z.gt(0), z.maximum(100)), 80),
  MEDIA_MAX_WEBRTC_VIEWERS: z.optional(z.coerce.number().check(z.int(), z.minimum(0))),
  MEDIA_NODE_ID: z._default(text, 'media-1'),
  MEDIA_ANNOUNCED_ADDRESS: z._default(text, '127.0.0.1'),
  STRIPE_SANDBOX_PORT: port(3002),
  PUBLIC_URL: z.optional(url),
  MEDIA_PUBLIC_URL: z.optional(url),
  API_URL: z.optional(url),
  MEDIA_CONTROL_URL: z.optional(url),
  DATABASE_URL: z.optional(z.url({ protocol: /^postgres(ql)?$/ })),
  CLICKHOUSE_URL: z.optional(url),
  DATABASE_POOL: z._default(z.coerce.number().check(z.int(), z.minimum(3), z.maximum(200)), 20),
  ENGAWA_DATA_DIR: z._default(text, '.engawa'),
  ENGAWA_SECRET: z.optional(z.string().check(z.minLength(32))),
  ENGAWA_EMBEDDED: flag(false),
  ENGAGEMENT_RETENTION_DAYS: z._default(z.coerce.number().check(z.int(), z.minimum(8), z.maximum(36_500)), 760),
  STRIPE_SECRET_KEY: z.optional(z.string().check(z.regex(/^(sk|rk)_(test|live)_/))),
  STRIPE_PUBLISHABLE_KEY: z.optional(z.string().check(z.regex(/^pk_(test|live)_/))),
  STRIPE_WEBHOOK_SECRET: z.optional(z.string().check(z.regex(/^whsec_/))),
  STRIPE_API_URL: z.optional(url),
  SMTP_URL: z.optional(z.url({ protocol: /^smtps?$/, hostname: /./ })),
  MAIL_FROM: z.optional(z.email()),
  RECORDING: flag(true),
  RECORDING_KEEP_FREE_MB: z._default(z.coerce.number().check(z.int(), z.minimum(0)), 512),
  S3_BUCKET: z.optional(text),
  S3_ENDPOINT: z.optional(url),
  S3_REGION: z._default(text, 'us-east-1'),
  S3_ACCESS_KEY_ID: z.optional(text),
  S3_SECRET_ACCESS_KEY: z.optional(text),
  S3_PUBLIC_URL: z.optional(url),
  FFMPEG_PATH: z.optional(text),
  MEDIASOUP_WORKER_BIN: z.optional(text),
  DEMO: flag(true),
  DEMO_ACCOUNTS: z.optional(text),
  DEMO_ART: z.optional(text),
});

/** A bucket for replays. */
export interface S3Config {
  bucket: string;
  /** Undefined: Amazon's own. */
  endpoint: string | undefined;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** Where browsers read the bucket's `replays/`; undefined: through the media process. */
  publicUrl: string | undefined;
}

export interface Config {
  nodeEnv: 'development' | 'production' | 'test';
  logLevel: string;
  host: string;
  port: number;
  mediaPort: number;
  /** First UDP and TCP port for media; worker n listens on this + n. */
  mediaRtcPort: number;
  /** Where encoders by RTMP are taken; undefined: nowhere. */
  rtmpPort: number | undefined;
  mediaWorkers: number;
  /** Share of a core from which a worker takes no more viewers while another has room. */
  mediaWorkerLimit: number;
  /** Most viewers by WebRTC that this media process takes. */
  mediaMaxViewers: number;
  /** Name of this media process: stable over restarts, unique among them. */
  mediaNodeId: string;
  mediaAnnouncedAddress: string;
  /** Origin of the web and the api as browsers see it, without a slash at the end. */
  publicUrl: string;
  /** Origin of this media process as browsers see it. */
  mediaPublicUrl: string;
  /** Where a media process reaches the api. */
  apiUrl: string;
  /** Where the api reaches this media process. */
  mediaControlUrl: string;
  databaseUrl: string | undefined;
  databasePool: number;
  /** Where questions about the log are answered, with user, password and database; PostgreSQL answers them without. */
  clickhouseUrl: string | undefined;
  dataDir: string;
  /** How long single events of the interaction log are kept. */
  engagementRetentionDays: number;
  /** Master secret; keys for one purpose each are derived from it. */
  secret: string;
  /** The database is the embedded one of npm start. Demo sign-ins exist only then. */
  embedded: boolean;
  stripe: {
    secretKey: string;
    publishableKey: string;
    webhookSecret: string;
    /** Set for the sandbox only. */
    apiUrl: string | undefined;
  };
  /** How mail leaves; undefined while none does: it is then written and kept. */
  mail: { smtpUrl: string; from: string } | undefined;
  /** Whether shows are recorded for their replay. */
  recording: boolean;
  /** A recording stops before less than this is free on the disk. */
  keepFreeBytes: number;
  /** Where replays are kept; undefined: in the data folder. */
  s3: S3Config | undefined;
  ffmpegPath: string | undefined;
  mediasoupWorkerBin: string | undefined;
  /** Demo brand and sign-ins: on the embedded database and while only this machine can reach us. */
  demo: boolean;
  demoAccountsFile: string | undefined;
  demoArtFile: string | undefined;
}

const developmentSecret = 'engawa-development-secret-not-for-production';

/** About what one core carries at 1.6 Mbit/s. */
const VIEWERS_OF_WORKER = 350;

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || host.startsWith('127.');
const origin = (value: string) => value.replace(/\/+$/, '');

/**
 * Reads the environment once.
 * @throws Error that lists every fault by the variable's name, so that an operator mends them in one go.
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(present);
  const faults = parsed.success
    ? []
    : parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  // Without the endpoint's own secret anybody could sign "paid".
  for (const name of ['STRIPE_PUBLISHABLE_KEY', 'STRIPE_WEBHOOK_SECRET']) {
    if (present.STRIPE_SECRET_KEY && !present[name]) faults.push(`  ${name}: required with STRIPE_SECRET_KEY`);
  }
  if (present.SMTP_URL && !present.MAIL_FROM) faults.push('  MAIL_FROM: required with SMTP_URL');
  for (const name of ['S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY']) {
    if (present.S3_BUCKET && !present[name]) faults.push(`  ${name}: required with S3_BUCKET`);
  }
  if (present.NODE_ENV === 'production') {
    if (!present.ENGAWA_SECRET) faults.push('  ENGAWA_SECRET: required in production (openssl rand -hex 32)');
    if (present.ENGAWA_SECRET === developmentSecret) faults.push('  ENGAWA_SECRET: the development default is refused');
    if (present.STRIPE_SECRET_KEY?.includes('sandbox')) faults.push('  STRIPE_SECRET_KEY: the sandbox key is refused');
  }
  if (faults.length > 0 || !parsed.success) {
    throw new Error(`The environment has ${faults.length} fault(s):\n${faults.join('\n')}`);
  }
  const env = parsed.data;
  const local = env.HOST === '0.0.0.0' || env.HOST === '::' ? '127.0.0.1' : env.HOST;
  return Object.freeze({
    nodeEnv: env.NODE_ENV,
    logLevel: env.LOG_LEVEL,
    host: env.HOST,
    port: env.PORT,
    mediaPort: env.MEDIA_PORT,
    mediaRtcPort: env.MEDIA_RTC_PORT,
    rtmpPort: env.RTMP_PORT,
    mediaWorkers: env.MEDIA_WORKERS,
    mediaWorkerLimit: env.MEDIA_WORKER_LIMIT / 100,
    mediaMaxViewers: env.MEDIA_MAX_WEBRTC_VIEWERS ?? VIEWERS_OF_WORKER * env.MEDIA_WORKERS,
    mediaNodeId: env.MEDIA_NODE_ID,
    mediaAnnouncedAddress: env.MEDIA_ANNOUNCED_ADDRESS,
    publicUrl: origin(env.PUBLIC_URL ?? `http://localhost:${env.PORT}`),
    mediaPublicUrl: origin(env.MEDIA_PUBLIC_URL ?? `http://localhost:${env.MEDIA_PORT}`),
    apiUrl: origin(env.API_URL ?? `http://${local}:${env.PORT}`),
    mediaControlUrl: origin(env.MEDIA_CONTROL_URL ?? `http://${local}:${env.MEDIA_PORT}`),
    databaseUrl: env.DATABASE_URL,
    databasePool: env.DATABASE_POOL,
    clickhouseUrl: env.CLICKHOUSE_URL,
    dataDir: env.ENGAWA_DATA_DIR,
    engagementRetentionDays: env.ENGAGEMENT_RETENTION_DAYS,
    secret: env.ENGAWA_SECRET ?? developmentSecret,
    embedded: env.ENGAWA_EMBEDDED,
    stripe: Object.freeze({
      secretKey: env.STRIPE_SECRET_KEY ?? 'sk_test_sandbox',
      publishableKey: env.STRIPE_PUBLISHABLE_KEY ?? 'pk_test_sandbox',
      webhookSecret: env.STRIPE_WEBHOOK_SECRET ?? 'whsec_sandbox',
      apiUrl: env.STRIPE_API_URL ?? (env.STRIPE_SECRET_KEY ? undefined : `http://127.0.0.1:${env.STRIPE_SANDBOX_PORT}`),
    }),
    mail: env.SMTP_URL && env.MAIL_FROM ? Object.freeze({ smtpUrl: env.SMTP_URL, from: env.MAIL_FROM }) : undefined,
    recording: env.RECORDING,
    keepFreeBytes: env.RECORDING_KEEP_FREE_MB * 1024 * 1024,
    s3:
      env.S3_BUCKET && env.S3_ACCESS_KEY_ID && env.S3_SECRET_ACCESS_KEY
        ? Object.freeze({
            bucket: env.S3_BUCKET,
            endpoint: env.S3_ENDPOINT && origin(env.S3_ENDPOINT),
            region: env.S3_REGION,
            accessKeyId: env.S3_ACCESS_KEY_ID,
            secretAccessKey: env.S3_SECRET_ACCESS_KEY,
            publicUrl: env.S3_PUBLIC_URL && origin(env.S3_PUBLIC_URL),
          })
        : undefined,
    ffmpegPath: env.FFMPEG_PATH,
    mediasoupWorkerBin: env.MEDIASOUP_WORKER_BIN,
    demo: env.DEMO && env.ENGAWA_EMBEDDED && isLoopback(env.HOST),
    demoAccountsFile: env.DEMO_ACCOUNTS,
    demoArtFile: env.DEMO_ART,
  });
}

/** The configuration of this process. The only place that reads `process.env`. */
export const config: Config = parseConfig(process.env);
