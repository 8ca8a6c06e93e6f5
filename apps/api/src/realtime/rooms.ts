import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';
import type { DealFigure } from '#contracts/deals';
import type { Frame, RoomEvent, RoomEvents, RoomPushes, StockFigure } from '#contracts/room';
import type { ClientToServer, ServerToClient } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import { personKey, type Connection, type RoomSocket } from './connection.ts';
import { EncodedPush } from './one-piece.ts';

export type RoomServer = Server<ClientToServer<RoomEvents>, ServerToClient<RoomPushes>>;

const TICK_MS = 50;
/** Large rooms get fewer, larger frames: each frame costs one write per viewer. */
const LARGE_ROOM = 2_000;
const LARGE_ROOM_TICK_MS = 200;
const PEOPLE_EVERY_MS = 1_000;
const HEARTS_EVERY_MS = 250;
/** A number of the sequence that does not come (its process died after the commit) holds the others back no longer than this. */
const HOLE_PATIENCE_MS = 1_000;
/** Beyond this a socket is too slow to be worth its memory: its client resumes from its sequence. */
export const MAX_QUEUED_BYTES = 1_000_000;

interface Room {
  /** Of viewers and staff alike. */
  sockets: Set<RoomSocket>;
  /** Last number that was published, or null before the first. */
  published: number | null;
  /** Committed events by their number, not yet published. */
  waiting: Map<number, RoomEvent>;
  holeSince: number | null;
  stock: Map<string, StockFigure>;
  deals: Map<string, DealFigure>;
  hearts: number;
  heartsSentAt: number;
  people: Map<string, number>; // person -> sockets
  peopleShown: number;
  peopleSentAt: number;
  timer: NodeJS.Timeout | undefined;
  /** When the timer ends; Infinity without one. */
  dueAt: number;
  sentAt: number;
}

/**
 * The rooms of this process: who is in them, and the tick that turns what happens in a room into few frames. The first event of a
 * quiet moment leaves at once; what follows within the tick leaves together. Each frame is encoded once for all.
 */
@Injectable()
export class Rooms {
  readonly #rooms = new Map<string, Room>();
  #server: RoomServer | undefined;

  attach(server: RoomServer): void {
    this.#server = server;
  }

  /** Stops the ticks; for shutdown. */
  close(): void {
    for (const room of this.#rooms.values()) clearTimeout(room.timer);
    this.#rooms.clear();
  }

  /**
   * Tells where the sequence of a show stands before somebody comes in. Counters travel with a frame of that number, and who is further
   * takes a frame for old: after a restart, nobody would believe a count until the next message.
   */
  begin(showId: string, seq: number): void {
    const room = this.#room(showId);
    if (room.published === null && room.waiting.size === 0) room.published = seq;
  }

  /** @throws not_in_room for a socket that went away meanwhile: nobody would ever take it out again */
  async join(connection: Connection, showId: string): Promise<void> {
    if (connection.socket.disconnected) throw new AppError('not_in_room');
    if (connection.showIds.has(showId)) return;
    connection.showIds.add(showId);
    const room = this.#room(showId);
    room.sockets.add(connection.socket);
    if (connection.identity.kind === 'member') {
      void connection.socket.join(staffChannel(showId));
      return; // staff are not counted among the viewers
    }
    const key = personKey(connection.identity);
    room.people.set(key, (room.people.get(key) ?? 0) + 1);
    this.#schedule(showId, room);
  }

  async leave(connection: Connection, showId: string): Promise<void> {
    if (!connection.showIds.delete(showId)) return;
    const room = this.#rooms.get(showId);
    room?.sockets.delete(connection.socket);
    await connection.socket.leave(staffChannel(showId));
    if (!room || connection.identity.kind === 'member') return;
    const key = personKey(connection.identity);
    const sockets = (room.people.get(key) ?? 1) - 1;
    if (sockets > 0) room.people.set(key, sockets);
    else room.people.delete(key);
    this.#schedule(showId, room);
  }

  /** People, not tabs, for a snapshot. Whoever is told another figure than the last frame had needs a frame, even if it falls back. */
  people(showId: string): number {
    const room = this.#rooms.get(showId);
    if (!room) return 0;
    if (room.people.size !== room.peopleShown) room.peopleShown = -1;
    return room.people.size;
  }

  /**
   * Publishes committed events. Transactions commit in the order of their numbers, but their callers may get here in another: an event
   * waits for its predecessor.
   */
  publish(showId: string, events: RoomEvent[]): void {
    if (events.length === 0) return;
    const room = this.#room(showId);
    for (const event of events) {
      if (room.published === null || event.seq > room.published) room.waiting.set(event.seq, event);
    }
    this.#schedule(showId, room);
  }

  publishStock(showId: string, figures: StockFigure[]): void {
    const room = this.#room(showId);
    for (const figure of figures) room.stock.set(figure.variantId, figure);
    this.#schedule(showId, room);
  }

  publishDeal(showId: string, figure: DealFigure): void {
    const room = this.#room(showId);
    room.deals.set(figure.dealId, figure);
    this.#schedule(showId, room);
  }

  addHearts(showId: string, count: number): void {
    const room = this.#room(showId);
    room.hearts += count;
    this.#schedule(showId, room);
  }

  /** Viewers in the room, in this process. */
  viewersOf(showId: string): string[] {
    return [...(this.#rooms.get(showId)?.people.keys() ?? [])];
  }

  toStaff<N extends keyof RoomPushes & string>(
    showId: string,
    name: N,
    data: Parameters<ServerToClient<RoomPushes>[N]>[0],
  ): void {
    const staff = this.#server?.to(staffChannel(showId)) as { emit(name: string, data: unknown): void } | undefined;
    staff?.emit(name, data);
  }

  #room(showId: string): Room {
    let room = this.#rooms.get(showId);
    if (!room) {
      room = {
        sockets: new Set(),
        published: null,
        waiting: new Map(),
        holeSince: null,
        stock: new Map(),
        deals: new Map(),
        hearts: 0,
        heartsSentAt: 0,
        people: new Map(),
        peopleShown: -1,
        peopleSentAt: 0,
        timer: undefined,
        dueAt: Infinity,
        sentAt: 0,
      };
      this.#rooms.set(showId, room);
    }
    return room;
  }

  /** Sends the next frame, or sees to it that a timer will. What is urgent does not wait for a timer that was set for counters. */
  #schedule(showId: string, room: Room, notBefore = 0): void {
    const now = Date.now();
    const tick = room.people.size > LARGE_ROOM ? LARGE_ROOM_TICK_MS : TICK_MS;
    const urgent = room.waiting.size > 0 || room.stock.size > 0 || room.deals.size > 0;
    const dueAt = Math.max(notBefore, room.sentAt + tick, urgent ? 0 : this.#quietDueAt(room));
    if (dueAt >= room.dueAt) return;
    if (dueAt <= now) {
      this.#flush(showId, room);
      return;
    }
    clearTimeout(room.timer);
    room.dueAt = dueAt;
    room.timer = setTimeout(() => this.#flush(showId, room), dueAt - now);
  }

  /** When counters alone are worth a frame. */
  #quietDueAt(room: Room): number {
    const hearts = room.hearts > 0 ? room.heartsSentAt + HEARTS_EVERY_MS : Infinity;
    const people = room.people.size !== room.peopleShown ? room.peopleSentAt + PEOPLE_EVERY_MS : Infinity;
    return Math.min(hearts, people);
  }

  #flush(showId: string, room: Room): void {
    clearTimeout(room.timer);
    room.dueAt = Infinity;
    const now = Date.now();
    const events = this.#ready(room, now);
    const prev = events[0] ? events[0].seq - 1 : (room.published ?? 0);
    const seq = events.at(-1)?.seq ?? prev;
    const frame: Frame = { showId, prev, seq };
    if (events.length > 0) {
      frame.events = events;
      room.published = seq;
    }
    if (room.stock.size > 0) {
      frame.stock = [...room.stock.values()];
      room.stock.clear();
    }
    if (room.deals.size > 0) {
      frame.deals = [...room.deals.values()];
      room.deals.clear();
    }
    if (room.hearts > 0 && now >= room.heartsSentAt + HEARTS_EVERY_MS) {
      frame.hearts = room.hearts;
      room.hearts = 0;
      room.heartsSentAt = now;
    }
    if (room.people.size !== room.peopleShown && now >= room.peopleSentAt + PEOPLE_EVERY_MS) {
      frame.people = room.people.size;
      room.peopleShown = room.people.size;
      room.peopleSentAt = now;
    }
    if (Object.keys(frame).length > 3) {
      room.sentAt = now;
      const push = new EncodedPush('show.frame', frame);
      for (const socket of room.sockets) push.sendTo(socket);
    }
    this.#schedule(showId, room, now + TICK_MS);
    const idle = room.dueAt === Infinity && room.sockets.size === 0 && now - room.sentAt > 60_000;
    if (idle) this.#rooms.delete(showId);
  }

  /** The waiting events that follow on what was published, in order. */
  #ready(room: Room, now: number): RoomEvent[] {
    if (room.waiting.size === 0) return [];
    const numbers = [...room.waiting.keys()].sort((a, b) => a - b);
    let next = (room.published ?? numbers[0]! - 1) + 1;
    if (numbers[0]! > next) {
      room.holeSince ??= now;
      if (now - room.holeSince < HOLE_PATIENCE_MS) return [];
      next = numbers[0]!; // clients see the gap by `prev` and resume
    }
    room.holeSince = null;
    const ready: RoomEvent[] = [];
    for (const number of numbers) {
      if (number !== next) break;
      ready.push(room.waiting.get(number)!);
      room.waiting.delete(number);
      next += 1;
    }
    return ready;
  }
}

const staffChannel = (showId: string) => `staff:${showId}`;
export const viewerChannel = (viewerId: string) => `viewer:${viewerId}`;
export const sessionChannel = (sessionId: string) => `session:${sessionId}`;
