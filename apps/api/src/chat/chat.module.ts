import { Global, Module } from '@nestjs/common';
import { ChatGateway } from './chat.gateway.ts';
import { ChatService } from './chat.service.ts';
import { ModerationService } from './moderation.service.ts';

@Global()
@Module({ providers: [ChatGateway, ChatService, ModerationService], exports: [ChatService] })
export class ChatModule {}
