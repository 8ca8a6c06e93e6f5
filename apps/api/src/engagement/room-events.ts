import { Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { logger } from '#platform/logger';
import { heartsSent, messagesPosted } from '../chat/index.ts';
import { DomainEvents } from '../database/index.ts';
import { ConsentService } from '../people/index.ts';
import { showJoined, showLeft } from '../shows/index.ts';
import { InteractionLog, type RoomInteraction } from './interaction-log.ts';
import { ShowBrands } from './show-brands.ts';

const HEARTS_EVERY_MS = 1_000;

/** Listens to what the room says after its commits and writes it into the log. */
@Injectable()
export class RoomEventsListener implements OnModuleInit, BeforeApplicationShutdown {
  readonly #hearts = new Map<string, { showId: string; viewerId: string; count: number }>();
  #heartsTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly events: DomainEvents,
    private readonly log: InteractionLog,
    private readonly brands: ShowBrands,
    private readonly consents: ConsentService,
  ) {}

  onModuleInit(): void {
    this.events.on(showJoined, ({ showId, viewerId, onAir }) =>
      this.#note(`join:${uuid()}`, onAir ? 'Live Joined' : 'Room Joined', showId, viewerId),
    );
    this.events.on(showLeft, ({ showId, viewerId }) => this.#note(`left:${uuid()}`, 'Live Left', showId, viewerId));
    this.events.on(messagesPosted, async ({ showId, messages }) => {
      for (const { id, viewerId, sentAt } of messages) {
        if (viewerId) await this.#note(`chat:${id}`, 'Chat Sent', showId, viewerId, { occurredAt: new Date(sentAt) });
      }
    });
    this.events.on(heartsSent, ({ showId, viewerId, count }) => {
      const key = `${showId}:${viewerId}`;
      const waiting = this.#hearts.get(key) ?? { showId, viewerId, count: 0 };
      waiting.count += count;
      this.#hearts.set(key, waiting);
      this.#heartsTimer ??= setTimeout(() => void this.#flushHearts(), HEARTS_EVERY_MS);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.#flushHearts();
  }

  async #note(
    messageId: string,
    name: RoomInteraction,
    showId: string,
    subjectId: string,
    more: { quantity?: number; occurredAt?: Date } = {},
  ): Promise<void> {
    const brandId = await this.brands.of(showId);
    if (!(await this.consents.mayProfile(brandId, subjectId))) return;
    this.log.note({ messageId, brandId, subjectId, name, source: 'room', showId, ...more });
  }

  async #flushHearts(): Promise<void> {
    clearTimeout(this.#heartsTimer);
    this.#heartsTimer = undefined;
    const hearts = [...this.#hearts.values()];
    this.#hearts.clear();
    for (const { showId, viewerId, count } of hearts) {
      await this.#note(`hearts:${uuid()}`, 'Reaction Sent', showId, viewerId, { quantity: count }).catch(
        (error: unknown) => logger.warn({ err: error }, 'hearts not written'),
      );
    }
  }
}
