import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { replaysApi } from '#contracts/replays';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentViewer } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { ConsentService } from '../people/index.ts';
import { watchableReplay } from '../replays/index.ts';
import { InteractionLog } from './interaction-log.ts';

/** What was watched of replays goes into the log like what was watched live, at places of the playhead instead of times. */
@Controller()
export class ReplayWatchedController {
  constructor(
    private readonly database: Database,
    private readonly log: InteractionLog,
    private readonly consents: ConsentService,
  ) {}

  /** Answered after commit. @throws not_found without a replay */
  @Endpoint(replaysApi.watched)
  @Access('guest')
  async watched(
    @CurrentViewer() viewerId: string,
    @Input(replaysApi.watched) { id: showId, messageId, from, to }: ParsedRequestOf<typeof replaysApi.watched>,
  ) {
    const { brandId, seconds } = await watchableReplay(this.database, showId);
    const end = Math.min(to, seconds);
    if (end <= from || !(await this.consents.mayProfile(brandId, viewerId))) return {};
    await this.log.record({
      messageId: `${viewerId}:${messageId}`,
      brandId,
      showId,
      subjectId: viewerId,
      name: 'Replay Watched',
      source: 'room',
      quantity: Math.max(1, Math.round(end - from)),
      properties: { from, to: end },
    });
    return {};
  }
}
