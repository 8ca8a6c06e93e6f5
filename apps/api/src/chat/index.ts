export { ChatMessage, Mute } from './chat.entity.ts';
export { heartsSent, messagesPosted } from './chat.events.ts';
export { ChatModule } from './chat.module.ts';
export { ChatService } from './chat.service.ts';
