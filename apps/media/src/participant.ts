import type { types } from 'mediasoup';
import type { GrantClaims, MediaEvents, MediaPushes } from '#contracts/media';
import { participantBitrate } from '#contracts/stage';
import type { EventParsed, EventReply, ServerToClient } from '#contracts/socket';
import { AppError } from '#platform/app-error';
import { Consumers, type Offered } from './consumers.ts';
import type { Guests, Sent, Source } from './guests.ts';
import { PlainIngest } from './plain-ingest.ts';
import { answering } from './refusal.ts';
import { parseDtlsParameters, parseRtpCapabilities, parseRtpParameters } from './rtp-input.ts';

export type { Source } from './guests.ts';
type Direction = 'send' | 'receive';
type Request<N extends keyof MediaEvents> = EventParsed<MediaEvents, N>;
type Reply<N extends keyof MediaEvents> = EventReply<MediaEvents, N>;

/** A host's line can carry this much and no more, whatever the browser would like to send. */
export const HOST_BITRATE = 8_000_000;
/** What a line is taken for until it has been measured: who comes is shown the large picture first, as where a host sends only that one. */
const FIRST_GUESS = 4_000_000;
/** One keyframe serves all who ask within this time, or a crowd that joins would make the host send little else. */
export const KEYFRAME_SPACING_MS = 300;

/** The socket of one participant, as far as a broadcast needs it. */
export interface Link {
  push<N extends keyof MediaPushes & string>(event: N, data: Parameters<ServerToClient<MediaPushes>[N]>[0]): void;
  close(): void;
}

/** Media of a host that comes another way than by this connection's own transports. */
export interface Encoder {
  readonly flowing: boolean;
  close(): void;
}

/** From where a participant is served: the broadcast's own worker, or a branch on another. */
export interface Seat {
  readonly router: types.Router;
  readonly webRtcServer: types.WebRtcServer;
  /** What the host sends, as it is found on this router. */
  readonly producers: ReadonlyMap<Source, types.Producer>;
  /** What one of the guests sends, as it is found on this router. */
  guest(producerId: string): types.Producer | undefined;
}

/** What a participant needs of its broadcast. */
export interface Stage extends Seat {
  readonly id: string;
  readonly guests: Guests;
  /** All that this one may receive where they sit, the host's first. */
  offered(to: Participant): Offered[];
  /** Puts a producer of the host on stage, in place of the one of the same source, and tells everybody. */
  publish(source: Source, producer: types.Producer): void;
  publishGuest(sent: Sent): void;
  /** A guest begins to send over this connection. */
  sendsFrom(participant: Participant): void;
  producerPaused(producer: types.Producer): void;
  /** The socket or the media path of a participant came or went. */
  presenceChanged(participant: Participant): void;
  left(participant: Participant): void;
}

interface TransportSlot {
  forceTcp: boolean;
  made: Promise<types.WebRtcTransport>;
  connected: Promise<void> | null;
}

interface ProducerSlot {
  /** The request that it answers, to know a repetition by. */
  asked: string;
  producer: Promise<types.Producer>;
  settled: boolean;
}

/**
 * One connection to a broadcast and the transports and producers that it owns; what it receives, its `Consumers` have. Every call may be repeated: the
 * repetition is given what the first call made.
 */
export class Participant {
  readonly #stage: Stage;
  readonly seat: Seat;
  readonly claims: GrantClaims;
  readonly link: Link;
  #connected = true;
  #closed = false;
  readonly #slots = new Map<Direction, TransportSlot>();
  readonly #transports = new Map<string, { direction: Direction; transport: types.WebRtcTransport }>();
  readonly #made = new Map<Source, ProducerSlot>();
  readonly #consumers: Consumers;
  #ingest: PlainIngest | null = null;
  #encoder: Encoder | null = null;
  #encoderFlowed = false;

  constructor(stage: Stage, claims: GrantClaims, link: Link, seat: Seat = stage) {
    this.#stage = stage;
    this.seat = seat;
    this.claims = claims;
    this.link = link;
    this.#consumers = new Consumers(seat.router, (producerId) => {
      const sent = stage.guests.find(producerId);
      return !sent || stage.guests.mayReceive(claims, sent);
    });
  }

  get isHost(): boolean {
    return this.claims.role === 'host';
  }

  /** Whether it has a way to send, as hosts and guests have when they asked for it. */
  get sends(): boolean {
    return this.#slots.has('send');
  }

  /** Whether its socket stands. An encoder has none: it is waited for once, and after that it is there while its media is. */
  get connected(): boolean {
    if (this.#encoder && this.#encoderFlowed) return this.#encoder.flowing;
    return this.#connected;
  }

  /** Whether its media can reach us. */
  get hasPath(): boolean {
    if (this.#ingest?.flowing || this.#encoder?.flowing) return true;
    return [...this.#transports.values()].some(
      ({ direction, transport }) =>
        direction === 'send' && (transport.iceState === 'connected' || transport.iceState === 'completed'),
    );
  }

  /** The socket is gone. A host whose media still arrives stays on air by it; all others are over. */
  disconnected(): void {
    this.#connected = false;
    if (this.isHost && this.hasPath && !this.#ingest) this.#stage.presenceChanged(this);
    else this.close();
  }

  /** From now on the host's media is that of an encoder, which is closed with the participant. */
  attach(encoder: Encoder): void {
    if (this.#closed) return encoder.close();
    this.#encoder = encoder;
    this.encoderChanged();
  }

  /** The encoder's path came or went. */
  encoderChanged(): void {
    if (this.#closed || !this.#encoder) return;
    this.#encoderFlowed ||= this.#encoder.flowing;
    this.#stage.presenceChanged(this);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ingest?.close();
    this.#encoder?.close();
    for (const { transport } of this.#transports.values()) transport.close();
    this.#stage.left(this);
  }

  hello(): Reply<'media.hello'> {
    return {
      broadcastId: this.#stage.id,
      role: this.claims.role,
      rtpCapabilities: this.seat.router.rtpCapabilities as Record<string, unknown>,
      producers: this.#stage.offered(this).map(({ source, producer, participantId }) => ({
        id: producer.id,
        kind: producer.kind,
        source,
        ...(participantId !== undefined && { participantId }),
        paused: producer.paused,
      })),
    };
  }

  async createTransport({
    direction,
    forceTcp = false,
  }: Request<'transport.create'>): Promise<Reply<'transport.create'>> {
    if (direction === 'send') this.#requireSender();
    let slot = this.#slots.get(direction);
    if (slot && slot.forceTcp !== forceTcp) {
      void slot.made.then((old) => old.close()).catch(() => undefined);
      slot = undefined;
    }
    if (!slot) {
      slot = { forceTcp, made: this.#makeTransport(direction, forceTcp), connected: null };
      this.#slots.set(direction, slot);
      if (direction === 'send' && this.claims.role === 'guest') this.#stage.sendsFrom(this);
      const mine = slot;
      const forget = () => {
        if (this.#slots.get(direction) === mine) this.#slots.delete(direction);
      };
      slot.made.then((transport) => transport.observer.once('close', forget), forget);
    }
    const transport = await slot.made;
    return {
      id: transport.id,
      iceParameters: { ...transport.iceParameters },
      iceCandidates: transport.iceCandidates.map((candidate) => ({ ...candidate })),
      dtlsParameters: { ...transport.dtlsParameters },
    };
  }

  async connectTransport(request: Request<'transport.connect'>): Promise<Reply<'transport.connect'>> {
    const { direction, transport } = this.#transport(request.transportId);
    const dtlsParameters = parseDtlsParameters(request.dtlsParameters);
    const slot = this.#slots.get(direction);
    if (!slot) throw new AppError('not_found', { transportId: request.transportId });
    slot.connected ??= answering('dtlsParameters', () => transport.connect({ dtlsParameters }));
    try {
      await slot.connected;
    } catch (error) {
      slot.connected = null;
      throw error;
    }
    return {};
  }

  async restartIce({ transportId }: Request<'transport.restartIce'>): Promise<Reply<'transport.restartIce'>> {
    const { transport } = this.#transport(transportId);
    return { iceParameters: { ...(await answering('transportId', () => transport.restartIce())) } };
  }

  async limitTransport({ transportId, maxBitrate }: Request<'transport.limit'>): Promise<Reply<'transport.limit'>> {
    const { direction, transport } = this.#transport(transportId);
    await answering('maxBitrate', () =>
      direction === 'send'
        ? transport.setMaxIncomingBitrate(Math.min(maxBitrate, this.#mostBitrate))
        : transport.setMaxOutgoingBitrate(maxBitrate),
    );
    return {};
  }

  async produce({
    transportId,
    kind,
    source,
    rtpParameters,
  }: Request<'producer.create'>): Promise<Reply<'producer.create'>> {
    this.#requireSender();
    if ((source === 'microphone') !== (kind === 'audio')) {
      throw new AppError('invalid_request', { issues: [{ path: 'source', message: `${source} is not ${kind}` }] });
    }
    const { guest } = this.claims;
    if (guest?.role === 'guest' && source === 'screen') throw new AppError('producer_limit', { source });
    const { direction, transport } = this.#transport(transportId);
    if (direction !== 'send') throw new AppError('unsupported_media', { field: 'transportId', reason: 'it receives' });
    const parameters = parseRtpParameters(kind, rtpParameters);

    const asked = JSON.stringify([transportId, parameters]);
    const known = this.#made.get(source);
    if (known?.asked === asked) return { producerId: (await known.producer).id };
    // Whoever replaces a source waits for the answer first; otherwise two of it could come on stage in any order.
    if (known && !known.settled) throw new AppError('producer_limit', { source });

    const slot: ProducerSlot = {
      asked,
      settled: false,
      producer: answering('rtpParameters', () =>
        transport.produce({
          kind,
          rtpParameters: parameters,
          keyFrameRequestDelay: KEYFRAME_SPACING_MS,
          paused: guest !== undefined && this.#stage.guests.mutes(guest.participantId, source),
        }),
      ),
    };
    this.#made.set(source, slot);
    const forget = () => {
      if (this.#made.get(source) === slot) this.#made.delete(source);
    };
    try {
      const producer = await slot.producer;
      // Its transport may have been closed while the answer was on its way.
      if (producer.closed) throw new AppError('unavailable');
      producer.observer.once('close', forget);
      if (guest) this.#stage.publishGuest({ producer, source, participantId: guest.participantId });
      else this.#stage.publish(source, producer);
      return { producerId: producer.id };
    } catch (error) {
      forget();
      throw error;
    } finally {
      slot.settled = true;
    }
  }

  async pauseProducer({ producerId, paused }: Request<'producer.pause'>): Promise<Reply<'producer.pause'>> {
    const producer = await this.#ownProducer(producerId);
    const sent = this.#stage.guests.find(producerId);
    if (sent) {
      const { participantId, source } = sent;
      if (!paused && this.#stage.guests.mutes(participantId, source)) throw new AppError('forbidden', { muted: true });
      this.#stage.guests.selfPaused(producerId, paused);
    }
    await answering('producerId', () => (paused ? producer.pause() : producer.resume()));
    this.#stage.producerPaused(producer);
    return {};
  }

  async closeProducer({ producerId }: Request<'producer.close'>): Promise<Reply<'producer.close'>> {
    this.#requireSender();
    // One that is gone already was closed by the call that this one repeats.
    const producer = await this.#ownProducer(producerId).catch(() => null);
    producer?.close();
    return {};
  }

  async consumeAll(request: Request<'consumer.createAll'>): Promise<Reply<'consumer.createAll'>> {
    const { direction, transport } = this.#transport(request.transportId);
    if (direction !== 'receive') throw new AppError('unsupported_media', { field: 'transportId', reason: 'it sends' });
    const rtpCapabilities = parseRtpCapabilities(request.rtpCapabilities);
    const onStage = this.#stage
      .offered(this)
      .filter(({ producer, participantId }) => !producer.closed && (request.guests || participantId === undefined));
    return { consumers: await this.#consumers.makeAll(transport, onStage, rtpCapabilities) };
  }

  async resumeConsumer({ consumerId }: Request<'consumer.resume'>): Promise<Reply<'consumer.resume'>> {
    await this.#consumers.resume(consumerId);
    return {};
  }

  async ingestPlain(request: Request<'ingest.plain'>): Promise<Reply<'ingest.plain'>> {
    this.#requireHost();
    if (!this.claims.plainIngest) throw new AppError('forbidden', { grant: 'plainIngest' });
    if (!this.#ingest?.isFor(request)) {
      this.#ingest?.close();
      this.#ingest = new PlainIngest(this.#stage.router, request, {
        publish: (source, producer) => this.#stage.publish(source, producer),
        changed: () => this.#stage.presenceChanged(this),
      });
    }
    const ingest = this.#ingest;
    try {
      const answer = await ingest.opened;
      if (this.#closed) throw new AppError('unavailable');
      return answer;
    } catch (error) {
      ingest.close();
      if (this.#ingest === ingest) this.#ingest = null;
      throw error;
    }
  }

  /** What this producer sends is no longer for this one. */
  drop(producerId: string): void {
    this.#consumers.drop(producerId);
  }

  #requireHost(): void {
    if (!this.isHost) throw new AppError('not_a_host');
  }

  #requireSender(): void {
    if (!this.isHost && this.claims.role !== 'guest') throw new AppError('not_a_host');
  }

  get #mostBitrate(): number {
    const { guest } = this.claims;
    return guest ? participantBitrate[guest.role] : HOST_BITRATE;
  }

  #transport(id: string): { direction: Direction; transport: types.WebRtcTransport } {
    const found = this.#transports.get(id);
    if (!found) throw new AppError('not_found', { transportId: id });
    return found;
  }

  async #makeTransport(direction: Direction, forceTcp: boolean): Promise<types.WebRtcTransport> {
    const transport = await answering('transport', () =>
      this.seat.router.createWebRtcTransport({
        webRtcServer: this.seat.webRtcServer,
        enableUdp: !forceTcp,
        enableTcp: true,
        preferUdp: true,
        iceConsentTimeout: 8,
        initialAvailableOutgoingBitrate: FIRST_GUESS,
      }),
    );
    if (this.#closed) {
      transport.close();
      throw new AppError('unavailable');
    }
    this.#transports.set(transport.id, { direction, transport });
    transport.observer.once('close', () => {
      this.#transports.delete(transport.id);
      this.#pathChanged();
    });
    transport.on('icestatechange', () => this.#pathChanged());
    // 'closed' is the peer's goodbye, which a page sends when it is left: nothing will come over this transport again.
    transport.on('dtlsstatechange', (state) => {
      if (state === 'failed' || state === 'closed') transport.close();
    });
    if (direction === 'send') await answering('transport', () => transport.setMaxIncomingBitrate(this.#mostBitrate));
    return transport;
  }

  #pathChanged(): void {
    if (this.#closed || !this.isHost) return;
    if (!this.#connected && !this.hasPath) this.close();
    else this.#stage.presenceChanged(this);
  }

  async #ownProducer(id: string): Promise<types.Producer> {
    this.#requireSender();
    for (const { producer } of this.#made.values()) {
      const made = await producer.catch(() => null);
      if (made?.id === id) return made;
    }
    throw new AppError('not_found', { producerId: id });
  }
}
