import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { replaysApi } from '#contracts/replays';
import { Endpoint, Input } from '#platform/endpoint';
import { Access } from '../accounts/index.ts';
import { Database } from '../database/index.ts';
import { messagesFrom } from './chat.queries.ts';

@Controller()
export class ChatReplayController {
  constructor(private readonly database: Database) {}

  @Endpoint(replaysApi.chat)
  @Access('public')
  chat(@Input(replaysApi.chat) { slug, from, afterSeq }: ParsedRequestOf<typeof replaysApi.chat>) {
    return messagesFrom(this.database, slug, new Date(from), afterSeq ?? 0);
  }
}
