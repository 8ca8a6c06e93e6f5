import type { types } from 'mediasoup';
import type { GrantClaims, MediaPushes } from '#contracts/media';
import type { Encoder } from '#contracts/ingest';
import type { EndReason } from '#contracts/shows';
import type { ServerToClient } from '#contracts/socket';
import type { Stage as StageState } from '#contracts/stage';
import { AppError } from '#platform/app-error';
import { logger } from '#platform/logger';
import { Branch, Branches } from './branches.ts';
import type { Offered } from './consumers.ts';
import { Guests, type Sent } from './guests.ts';
import { HostPresence, presenceLimits } from './host-presence.ts';
import { Participant, type Link, type Seat, type Source, type Stage } from './participant.ts';
import { Programme } from './programme.ts';
import { answering } from './refusal.ts';
import type { MediaWorker } from './workers.ts';

/** H264 first: the cheapest to encode and the only one that a packager can pass on as it is. */
const codecs: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    preferredPayloadType: 100,
    clockRate: 48_000,
    channels: 2,
    parameters: { 'sprop-stereo': 1 },
  },
  {
    kind: 'video',
    mimeType: 'video/H264',
    preferredPayloadType: 102,
    clockRate: 90_000,
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 96, clockRate: 90_000 },
];

const MOST_CONNECTIONS_OF_ONE = 8;

/** Where a broadcast reports the two facts that others wait for. */
export interface Reports {
  /** The host's first media arrived. Once, and never after the end. */
  ready(): void;
  ended(reason: EndReason): void;
}

/**
 * One host's transmission: a router on one worker, the host, the viewers, and what is on stage. It owns all of it: `end`
 * closes everything downwards, once.
 */
export class Broadcast implements Stage {
  readonly id: string;
  readonly media: MediaWorker;
  readonly router: types.Router;
  /** The host's own. */
  readonly producers = new Map<Source, types.Producer>();
  readonly guests: Guests;
  /** The one picture and sound of it all. */
  readonly programme: Programme;
  /** What an encoder sends, where the host is one. */
  encoder: { readonly state: Encoder } | null = null;
  readonly #reports: Reports;
  readonly #participants = new Set<Participant>();
  readonly #removed = new Set<string>();
  readonly #branches: Branches;
  /** Other media processes that serve viewers of it. */
  readonly #relays = new Set<Link>();
  /** Absent where the broadcast comes from another media process, which knows its host. */
  readonly #presence: HostPresence | null;
  #host: Participant | null = null;
  #ready = false;
  #ended: EndReason | null = null;

  private constructor(id: string, media: MediaWorker, router: types.Router, reports: Reports, isEdge: boolean) {
    this.id = id;
    this.media = media;
    this.router = router;
    this.#reports = reports;
    this.guests = new Guests(isEdge ? null : (producer) => this.producerPaused(producer));
    this.programme = new Programme(router, this.producers, this.guests);
    this.#branches = new Branches(router, codecs, this.producers, this.guests);
    this.#presence = isEdge ? null : new HostPresence(presenceLimits, (reason) => this.end(reason));
  }

  /** @param isEdge it comes from another media process, and has no host here */
  static async open(id: string, media: MediaWorker, reports: Reports, isEdge = false): Promise<Broadcast> {
    const router = await answering('broadcast', () => media.worker.createRouter({ mediaCodecs: codecs }));
    return new Broadcast(id, media, router, reports, isEdge);
  }

  get webRtcServer(): types.WebRtcServer {
    return this.media.webRtcServer;
  }

  get ended(): EndReason | null {
    return this.#ended;
  }

  /** Connections, of whatever role, that a worker serves. */
  connectionsOn(media: MediaWorker): number {
    let count = 0;
    for (const { seat } of this.#participants)
      if ((seat instanceof Branch ? seat.media : this.media) === media) count += 1;
    return count;
  }

  get isEdge(): boolean {
    return this.#presence === null;
  }

  get connections(): number {
    return this.#participants.size;
  }

  /** People who watch, not their tabs. */
  get viewers(): number {
    const subjects = new Set<string>();
    for (const { claims } of this.#participants) if (claims.role === 'viewer') subjects.add(claims.subject);
    return subjects.size;
  }

  /** A viewer's seat on that worker. All who send sit on the broadcast's own. */
  async seatOn(media: MediaWorker): Promise<Seat> {
    return media === this.media ? this : this.#branches.on(media);
  }

  /**
   * Tells another media process, too, what comes on stage and goes.
   * @returns what ends it
   */
  relayTo(link: Link): () => void {
    this.#relays.add(link);
    return () => void this.#relays.delete(link);
  }

  /** Those whom that worker served connect again, to be seated anew. */
  branchDied(media: MediaWorker): void {
    for (const participant of [...this.#participants]) {
      if (!(participant.seat instanceof Branch) || participant.seat.media !== media) continue;
      participant.close();
      participant.link.close();
    }
  }

  /** Whether this person watches already. */
  watches(subject: string): boolean {
    for (const { isHost, claims } of this.#participants) if (!isHost && claims.subject === subject) return true;
    return false;
  }

  /**
   * A host who connects again takes the place of their earlier connection.
   * @throws AppError `banned`, `rate_limited` beyond the connections that one person may have, `not_found` after the end.
   */
  join(claims: GrantClaims, link: Link, seat: Seat = this): Participant {
    this.admits(claims);
    if (seat.router.closed) throw new AppError('unavailable', { retryAfterMs: 500 });
    const participant = new Participant(this, claims, link, seat);
    this.#participants.add(participant);
    if (seat instanceof Branch) this.#branches.entered(seat);
    if (participant.isHost) {
      const before = this.#host;
      this.#host = participant;
      if (before) {
        before.link.push('broadcast.ended', { reason: 'superseded' });
        before.close();
        before.link.close();
      }
      this.presenceChanged(participant);
    }
    return participant;
  }

  /** @throws as `join` does. */
  admits({ role, subject, guest }: GrantClaims): void {
    if (this.#ended) throw new AppError('not_found', { reason: this.#ended });
    if (role === 'host' && this.isEdge) throw new AppError('not_found', { reason: 'it is at another media process' });
    if (role === 'host') return;
    if (this.#removed.has(subject)) throw new AppError('banned');
    if (guest && this.guests.isRemoved(guest.participantId)) throw new AppError('banned');
    let same = 0;
    for (const { isHost, claims } of this.#participants) if (!isHost && claims.subject === subject) same += 1;
    if (same >= MOST_CONNECTIONS_OF_ONE) throw new AppError('rate_limited', { retryAfterMs: 5_000 });
  }

  /** Drops a viewer for good. */
  remove(subject: string): void {
    this.#removed.add(subject);
    for (const participant of [...this.#participants]) {
      if (participant.isHost || participant.claims.subject !== subject) continue;
      participant.close();
      participant.link.close();
    }
  }

  end(reason: EndReason): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#presence?.close();
    this.programme.close();
    for (const participant of [...this.#participants]) {
      participant.link.push('broadcast.ended', { reason });
      participant.close();
      participant.link.close();
    }
    for (const link of this.#relays) {
      link.push('broadcast.ended', { reason });
      link.close();
    }
    this.#branches.close();
    this.router.close();
    this.#reports.ended(reason);
  }

  publish(source: Source, producer: types.Producer): void {
    const before = this.producers.get(source);
    this.producers.set(source, producer);
    producer.observer.once('close', () => {
      if (this.producers.get(source) !== producer) return; // replaced, and its removal announced
      this.producers.delete(source);
      this.#announce('producers.changed', { added: [], removed: [producer.id] });
      this.programme.update();
    });
    const removed = before ? [before.id] : [];
    this.#announce('producers.changed', { added: [producer.id], removed }, ({ seat }) => seat === this);
    // Who is told of a producer asks for it at once, so it has to be there.
    this.#branches.publish(source, producer, (branch, piped) =>
      this.#announce(
        'producers.changed',
        { added: piped ? [producer.id] : [], removed },
        ({ seat }) => seat === branch,
      ),
    );
    before?.close();
    this.programme.update();
    if (!this.#ready) this.#awaitMedia(producer);
  }

  /** As `publish` does for the host. Only those are told who may have it. */
  publishGuest(sent: Sent): void {
    const { producer } = sent;
    const before = this.guests.add(sent);
    producer.observer.once('close', () => {
      if (!this.guests.delete(producer.id)) return;
      this.#announce('producers.changed', { added: [], removed: [producer.id] }, this.#mayReceive(sent));
      this.programme.update();
    });
    this.#bring(sent, before ? [before.producer.id] : []);
    before?.producer.close();
    this.programme.update();
  }

  /** Puts a stage in force: who left the air is taken from those who watch, who was removed is closed. */
  direct(stage: StageState, removed: string[]): void {
    const before = new Set(this.guests.stage.onAir.map(({ id }) => id));
    if (this.#ended || !this.guests.apply(stage, removed)) return;
    // First what viewers are told: of a producer that is closed, only those hear who may have it then.
    for (const sent of this.guests.sent) {
      const isOnAir = this.guests.isOnAir(sent.participantId);
      if (isOnAir === before.has(sent.participantId)) continue;
      if (isOnAir) this.#bring(sent);
      else this.#take(sent);
    }
    for (const participant of [...this.#participants]) {
      const { guest } = participant.claims;
      if (!guest || !this.guests.isRemoved(guest.participantId)) continue;
      participant.close();
      participant.link.close();
    }
    this.programme.update();
  }

  /** Tells those who may have it, where it is: on another worker once it is piped there. */
  #bring(sent: Sent, removed: string[] = []): void {
    const { id } = sent.producer;
    const may = this.#mayReceive(sent);
    this.#announce('producers.changed', { added: [id], removed }, (one) => one.seat === this && may(one));
    if (!this.guests.isOnAir(sent.participantId)) return;
    this.#branches.bring(sent, (branch, piped) => {
      this.#announce(
        'producers.changed',
        { added: piped ? [id] : [], removed },
        (one) => one.seat === branch && may(one),
      );
    });
  }

  /** The host and their desk keep what others may no longer have. */
  #take(sent: Sent): void {
    const { id } = sent.producer;
    this.#branches.take(id);
    const may = this.#mayReceive(sent);
    for (const participant of this.#participants) if (!may(participant)) participant.drop(id);
    this.#announce('producers.changed', { added: [], removed: [id] }, (one) => !may(one));
  }

  #mayReceive(sent: Sent): (participant: Participant) => boolean {
    return ({ claims }) => this.guests.mayReceive(claims, sent);
  }

  offered({ claims, seat }: Participant): Offered[] {
    const offered: Offered[] = [...seat.producers].map(([source, producer]) => ({ source, producer }));
    for (const sent of this.guests.sent) {
      const producer = seat.guest(sent.producer.id);
      if (producer && this.guests.mayReceive(claims, sent)) offered.push({ ...sent, producer });
    }
    return offered;
  }

  guest(producerId: string): types.Producer | undefined {
    return this.guests.find(producerId)?.producer;
  }

  /** A guest sends from here now, and no longer from where they did. */
  sendsFrom(participant: Participant): void {
    const id = participant.claims.guest?.participantId;
    for (const other of [...this.#participants]) {
      if (other === participant || other.claims.guest?.participantId !== id || !other.sends) continue;
      other.link.push('participant.replaced', {});
      other.close();
      other.link.close();
    }
  }

  producerPaused(producer: types.Producer): void {
    const sent = this.guests.find(producer.id);
    const data = { producerId: producer.id, paused: producer.paused };
    this.#announce('producer.paused', data, sent && this.#mayReceive(sent));
  }

  presenceChanged(participant: Participant): void {
    if (participant === this.#host) this.#presence?.set(participant.connected, participant.hasPath);
  }

  left(participant: Participant): void {
    this.#participants.delete(participant);
    if (participant.seat instanceof Branch) this.#branches.left(participant.seat);
    if (participant !== this.#host) return;
    this.#host = null;
    this.#presence?.set(false, false);
  }

  /** A worker scores a stream when its first packet arrives, so a score says more than `produce` does. */
  #awaitMedia(producer: types.Producer): void {
    producer.on('score', (scores) => {
      if (this.#ready || this.#ended || !scores.some(({ score }) => score > 0)) return;
      this.#ready = true;
      this.#presence?.ready();
      logger.info({ broadcastId: this.id, kind: producer.kind }, 'first media of the host');
      this.#reports.ready();
    });
  }

  #announce<N extends keyof MediaPushes & string>(
    event: N,
    data: Parameters<ServerToClient<MediaPushes>[N]>[0],
    told: (participant: Participant) => boolean = () => true,
  ): void {
    if (this.#ended) return;
    for (const participant of this.#participants) if (told(participant)) participant.link.push(event, data);
    // They ask for what there is now, and are answered what viewers may have.
    for (const link of this.#relays) link.push(event, data);
  }
}
