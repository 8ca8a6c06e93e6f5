import { Injectable } from '@nestjs/common';
import * as z from 'zod/mini';
import { ErrorBody } from '#contracts/errors';
import type { IngestRequest } from '#contracts/ingest';
import { GrantClaims } from '#contracts/media';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { signService } from '#platform/grants';
import { logger } from '#platform/logger';
import { ApiCallback } from './api-callback.ts';

const ANSWER_MS = 5_000;
const Reply = z.object({ claims: z.nullable(GrantClaims) });

type Request = Omit<IngestRequest, 'nodeId' | 'bootId' | 'problem'>;

/** Asks the api, which knows keys and shows, whether an encoder may begin a broadcast here. */
@Injectable()
export class Admission {
  constructor(private readonly api: ApiCallback) {}

  /** @throws AppError `unauthenticated`, `show_ended`, `media_unavailable`, or `unavailable` when the api does not answer */
  async admit(request: Request): Promise<GrantClaims> {
    const { claims } = await this.#ask(request);
    if (!claims) throw new AppError('unavailable', { retryAfterMs: 1_000 });
    return claims;
  }

  /** Tells the studio of an encoder whose offer cannot be taken. @throws as `admit` does: the offer of a stranger is not spoken of */
  async refuse(request: Request, problem: NonNullable<IngestRequest['problem']>): Promise<void> {
    await this.#ask({ ...request, problem });
  }

  async #ask(request: Request & Pick<IngestRequest, 'problem'>): Promise<z.infer<typeof Reply>> {
    const body: IngestRequest = { ...request, nodeId: config.mediaNodeId, bootId: this.api.bootId };
    let answer: Response;
    let said: unknown;
    try {
      answer = await fetch(`${config.apiUrl}/api/media/ingest`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${await signService()}` },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      said = await answer.json();
    } catch (error) {
      logger.warn({ err: error }, 'the api does not say whether an encoder may come in');
      throw new AppError('unavailable', { retryAfterMs: 1_000 });
    }
    const reply = answer.ok ? Reply.safeParse(said) : null;
    if (reply?.success) return reply.data;
    const refusal = ErrorBody.safeParse(said);
    if (refusal.success && answer.status < 500) throw new AppError(refusal.data.code, refusal.data.details);
    if (refusal.success && refusal.data.code === 'media_unavailable')
      throw new AppError('unavailable', { retryAfterMs: 1_000 });
    logger.error({ status: answer.status }, 'the api gave no answer about an encoder');
    throw new AppError('unavailable', { retryAfterMs: 1_000 });
  }
}
