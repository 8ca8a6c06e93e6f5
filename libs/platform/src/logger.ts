import { pino } from 'pino';
import { config } from './config.ts';

/** JSON lines on standard output. Secrets are redacted by name wherever they may turn up. */
export const logger = pino({
  level: config.logLevel,
  base: undefined,
  redact: {
    paths: [
      'password',
      'token',
      'grant',
      'authorization',
      'cookie',
      'clientSecret',
      '*.password',
      '*.token',
      '*.grant',
    ],
    censor: '[redacted]',
  },
});
