import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { v7 as uuid } from 'uuid';
import type { AuthorRole, Message } from '#contracts/room';
import { AppError } from '#platform/app-error';
import { Database, DomainEvents } from '../database/index.ts';
import { personKey, type Identity } from '../realtime/index.ts';
import { RoomLog } from '../shows/index.ts';
import { messagesPosted } from './chat.events.ts';
import type { Draft } from './chat.queries.ts';
import { MessageQueue } from './message-queue.ts';
import { checkedText } from './text-rules.ts';

@Injectable()
export class ChatService {
  readonly #queue: MessageQueue;
  /** Viewers talk; floods wait. Staff answer many and are not slowed. */
  readonly #perPerson = new RateLimiterMemory({ points: 5, duration: 10 });
  /** One room's flood must not slow the others down. */
  readonly #perRoom = new RateLimiterMemory({ points: 400, duration: 1 });

  constructor(
    database: Database,
    private readonly log: RoomLog,
    private readonly events: DomainEvents,
  ) {
    this.#queue = new MessageQueue(database, (showId, messages) => this.#publish(showId, messages));
  }

  /**
   * Posts a message; the same `clientMessageId` of the same author answers the message that it made the first time.
   * @throws too_fast { retryAfterMs }, text_not_allowed { path, reason }, muted { until }, show_ended, not_found
   */
  async post(
    identity: Identity,
    input: { showId: string; clientMessageId: string; name: string; text: string },
  ): Promise<Message> {
    const draft: Draft = {
      id: uuid(),
      authorKey: personKey(identity),
      clientMessageId: input.clientMessageId,
      text: checkedText('text', input.text),
      ...author(identity, input.name),
    };
    if (identity.kind === 'viewer') {
      await this.#slowDown(this.#perPerson, identity.viewerId);
      await this.#slowDown(this.#perRoom, input.showId);
    }
    return this.#queue.post(input.showId, draft);
  }

  async #slowDown(limiter: RateLimiterMemory, key: string): Promise<void> {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) throw new AppError('too_fast', { retryAfterMs: refusal.msBeforeNext });
      throw refusal;
    }
  }

  #publish(showId: string, messages: Message[]): void {
    if (messages.length === 0) return;
    this.log.publish(
      showId,
      messages.map((message) => ({ type: 'chat.posted', seq: message.seq, message })),
    );
    this.events.emit(messagesPosted, { showId, messages });
  }
}

/** Staff speak under the name of their account. */
function author(
  identity: Identity,
  nickname: string,
): { viewerId: string | null; memberId: string | null; name: string; role: AuthorRole } {
  if (identity.kind === 'viewer') {
    return { viewerId: identity.viewerId, memberId: null, name: checkedText('name', nickname), role: 'viewer' };
  }
  const role = identity.role === 'moderator' ? 'moderator' : 'host';
  return { viewerId: null, memberId: identity.memberId, name: identity.name, role };
}
