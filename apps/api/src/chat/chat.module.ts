import { Global, Module } from '@nestjs/common';
import { ChatGateway } from './chat.gateway.ts';
import { ChatReplayController } from './chat-replay.controller.ts';
import { ChatService } from './chat.service.ts';
import { ModerationService } from './moderation.service.ts';

@Global()
@Module({
  controllers: [ChatReplayController],
  providers: [ChatGateway, ChatService, ModerationService],
  exports: [ChatService],
})
export class ChatModule {}
