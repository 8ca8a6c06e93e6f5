import { Injectable } from '@nestjs/common';
import type { RoomEvent } from '#contracts/room';
import type { Tx } from '../database/index.ts';
import { Rooms } from '../realtime/index.ts';

/** An event without its number. */
export type Unnumbered = RoomEvent extends infer E ? (E extends RoomEvent ? Omit<E, 'seq'> : never) : never;

/** Numbers the lasting events of a room inside the transaction that makes them true, and publishes them after its commit. */
@Injectable()
export class RoomLog {
  constructor(private readonly rooms: Rooms) {}

  /** Locks the room's counter until the commit: numbers are therefore committed in order and without holes. */
  async next(tx: Tx, showId: string, count = 1): Promise<number> {
    const { rows } = await tx.sql<{ seq: string }>(`UPDATE rooms SET seq = seq + $2 WHERE show_id = $1 RETURNING seq`, [
      showId,
      count,
    ]);
    return Number(rows[0]!.seq) - count + 1;
  }

  async append(tx: Tx, showId: string, event: Unnumbered): Promise<void> {
    const seq = await this.next(tx, showId);
    tx.afterCommit(() => this.rooms.publish(showId, [{ ...event, seq } as RoomEvent]));
  }

  publish(showId: string, events: RoomEvent[]): void {
    this.rooms.publish(showId, events);
  }
}
