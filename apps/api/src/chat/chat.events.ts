import { DomainEvent } from '../database/index.ts';
import type { Message } from '#contracts/room';

export const messagesPosted = new DomainEvent<{ showId: string; messages: Message[] }>('chat.posted');
export const heartsSent = new DomainEvent<{ showId: string; viewerId: string; count: number }>('hearts.sent');
