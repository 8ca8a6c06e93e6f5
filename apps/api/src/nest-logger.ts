import type { LoggerService } from '@nestjs/common';
import { logger } from '#platform/logger';

/** Nest's own words in our log: its start-up chatter only when debugging. */
export class NestLogger implements LoggerService {
  log(message: unknown): void {
    logger.debug(String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    logger.error({ rest }, String(message));
  }
  warn(message: unknown): void {
    logger.warn(String(message));
  }
  debug(message: unknown): void {
    logger.trace(String(message));
  }
}
