import { Injectable } from '@nestjs/common';
import type { MediaCommand } from '#contracts/media';
import { signService } from '#platform/grants';
import { logger } from '#platform/logger';

const TIMEOUT_MS = 2_000;

/** The few coarse messages from the api to a media process. */
@Injectable()
export class MediaClient {
  /** Best effort: a process that missed a `stop` learns it from the answer to its next heartbeat. */
  async send(controlUrl: string, command: MediaCommand): Promise<void> {
    try {
      const response = await fetch(`${controlUrl}/control`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` },
        body: JSON.stringify(command),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) logger.warn({ status: response.status, command: command.type }, 'media refused a command');
    } catch (error) {
      logger.warn({ err: error, command: command.type }, 'media did not take a command');
    }
  }
}
