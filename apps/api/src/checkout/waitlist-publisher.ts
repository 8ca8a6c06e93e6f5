import { Injectable, type OnModuleInit } from '@nestjs/common';
import { waitlistMoved } from '../catalog/index.ts';
import { Database, DomainEvents } from '../database/index.ts';
import { RealtimeServer } from '../realtime/index.ts';
import { waitlistViews } from './waiting.ts';

/** Tells a viewer in all their tabs that it is their turn. */
@Injectable()
export class WaitlistPublisher implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly events: DomainEvents,
    private readonly realtime: RealtimeServer,
  ) {}

  onModuleInit(): void {
    this.events.on(waitlistMoved, async ({ entryId, viewerId }) => {
      const [entry] = await waitlistViews(this.database, { entryId });
      if (entry) this.realtime.toViewer(viewerId, 'waitlist.changed', entry);
    });
  }
}
