import {
  holdsKeyframe,
  parseRtp,
  sequenceDistance,
  startsKeyframe,
  timestampDistance,
  writeRtp,
  type RtpPacket,
  type VideoCodec,
} from './rtp.ts';

/** Without a picture for so long, the last keyframe is shown again until another comes. */
const STILL_AFTER_MS = 1_000;
const STILL_EVERY_MS = 200;
/** Sound that is late is waited for; sound that is known not to come is not. */
const LATE_SOUND_MS = 250;
const NO_SOUND_MS = 40;
const TICK_MS = 40;
const KEYFRAME_ASKED_EVERY_MS = 500;
const MOST_OF_A_STILL = 400;
/** Twenty milliseconds of silence in Opus. */
const SILENCE = Buffer.from([0xfc, 0xff, 0xfe]);
const SILENCE_TICKS = 960;

export const feedRtp = {
  video: { payloadType: 102, clockRate: 90_000, ssrc: 0x1001 },
  audio: { payloadType: 100, clockRate: 48_000, ssrc: 0x2002 },
} as const;

export interface FeedOutlet {
  send(kind: 'video' | 'audio', packet: Buffer): void;
  requestKeyframe(): void;
}

/** One kind of media on its way out: numbered anew, so that pauses, replaced sources and what we put in between are one stream. */
class Track {
  readonly #rtp: (typeof feedRtp)['video' | 'audio'];
  readonly #send: (packet: Buffer) => void;
  sequence = 0;
  timestamp = -1;

  constructor(rtp: (typeof feedRtp)['video' | 'audio'], send: (packet: Buffer) => void) {
    this.#rtp = rtp;
    this.#send = send;
  }

  write(payload: Buffer, timestamp: number, marker: boolean, sequence = this.sequence + 1): void {
    if (sequence > this.sequence) this.sequence = sequence;
    if (timestamp > this.timestamp) this.timestamp = timestamp;
    const { payloadType, ssrc } = this.#rtp;
    this.#send(writeRtp({ payloadType, marker, sequence, timestamp, ssrc, payload }));
  }
}

/** How the numbers of one source become ours. */
interface Mapping {
  timestampIn: number;
  timestampOut: number;
}
interface VideoMapping extends Mapping {
  firstOut: number;
  sequenceIn: number;
  sequenceOut: number;
}

/**
 * One stream of pictures and one of sound without end or hole, out of sources that pause, mute, stall and are replaced. It begins
 * with the first keyframe, at 0 for both; from then on sound is filled up with silence and pictures with the last keyframe. So a packager behind it
 * goes on in step with the clock whatever the host does.
 */
export class Feed {
  readonly #codec: VideoCodec;
  readonly #outlet: FeedOutlet;
  readonly #clock: () => number;
  readonly #video: Track;
  readonly #audio: Track;
  readonly #timer: NodeJS.Timeout;
  #startedAt: number | null = null;
  #videoMap: VideoMapping | null = null;
  #audioMap: Mapping | null = null;
  #pictureAt = 0;
  #stillAt = 0;
  #askedAt = -Infinity;
  #soundExpected = false;
  #still: RtpPacket[] = [];
  #growing: RtpPacket[] | null = null;
  #leads: number[] = [];
  #lead = Infinity;

  /** @param clock milliseconds, monotonic */
  constructor(codec: VideoCodec, outlet: FeedOutlet, clock: () => number = () => performance.now()) {
    this.#codec = codec;
    this.#outlet = outlet;
    this.#clock = clock;
    this.#video = new Track(feedRtp.video, (packet) => outlet.send('video', packet));
    this.#audio = new Track(feedRtp.audio, (packet) => outlet.send('audio', packet));
    this.#timer = setInterval(() => this.tick(), TICK_MS);
  }

  get started(): boolean {
    return this.#startedAt !== null;
  }

  /** When, on the clock, the picture of media time 0 arrived, as the least delayed of the last pictures tell. */
  get originMs(): number {
    const leads = this.#leads.length > 0 ? Math.min(...this.#leads, this.#lead) : this.#lead;
    return Number.isFinite(leads) ? leads : (this.#startedAt ?? 0);
  }

  /** Another source of pictures: nothing of it is used before its first keyframe. */
  replaceVideo(): void {
    this.#videoMap = null;
    this.#growing = null;
  }

  /** @param expected whether sound can come at all: there is a microphone and it is not muted */
  replaceAudio(expected: boolean): void {
    this.#audioMap = null;
    this.#soundExpected = expected;
  }

  video(bytes: Buffer): void {
    const packet = parseRtp(bytes);
    if (!packet) return;
    const now = this.#clock();
    let map = this.#videoMap;
    const keyframe = startsKeyframe(this.#codec, packet.payload);
    if (!map) {
      if (!keyframe) return this.#wantKeyframe(now);
      if (this.#startedAt === null) this.#start(now);
      map = {
        firstOut: this.#video.sequence + 1,
        sequenceIn: packet.sequence,
        sequenceOut: this.#video.sequence + 1,
        timestampIn: packet.timestamp,
        timestampOut: Math.max(this.#video.timestamp + 90, this.#ticks(now, 90)),
      };
      this.#videoMap = map;
    }
    const ahead = sequenceDistance(map.sequenceIn, packet.sequence);
    const sequence = map.sequenceOut + ahead;
    const timestamp = map.timestampOut + timestampDistance(map.timestampIn, packet.timestamp);
    if (sequence < map.firstOut) return; // retransmitted, from before the keyframe that this source began with
    if (Math.abs(timestamp - this.#ticks(now, 90)) > 90_000 * 10) {
      // Its clock jumped. Begin again with its next keyframe.
      this.replaceVideo();
      return this.#wantKeyframe(now);
    }
    this.#keep(packet, keyframe);
    this.#pictureAt = now;
    if (ahead > 0) {
      Object.assign(map, { sequenceIn: packet.sequence, sequenceOut: sequence });
      Object.assign(map, { timestampIn: packet.timestamp, timestampOut: timestamp });
    }
    this.#lead = Math.min(this.#lead, now - timestamp / 90);
    this.#video.write(packet.payload, timestamp, packet.marker, sequence);
  }

  audio(bytes: Buffer): void {
    const packet = parseRtp(bytes);
    if (!packet || this.#startedAt === null) return;
    const now = this.#clock();
    const due = this.#ticks(now, 48);
    let map = this.#audioMap;
    if (map && Math.abs(map.timestampOut + timestampDistance(map.timestampIn, packet.timestamp) - due) > 48_000 * 10) {
      map = null;
    }
    map ??= {
      timestampIn: packet.timestamp,
      timestampOut: Math.max(this.#audio.timestamp + SILENCE_TICKS, due),
    };
    this.#audioMap = map;
    const timestamp = map.timestampOut + timestampDistance(map.timestampIn, packet.timestamp);
    // Silence took its place while it was late.
    if (timestamp <= this.#audio.timestamp) return;
    Object.assign(map, { timestampIn: packet.timestamp, timestampOut: timestamp });
    this.#audio.write(packet.payload, timestamp, true);
  }

  /** Fills up what is missing by now. */
  tick(): void {
    if (this.#startedAt === null) return;
    const now = this.#clock();
    const until = this.#ticks(now - (this.#soundExpected ? LATE_SOUND_MS : NO_SOUND_MS), 48);
    while (this.#audio.timestamp + SILENCE_TICKS <= until) {
      this.#audio.write(SILENCE, this.#audio.timestamp + SILENCE_TICKS, true);
    }
    if (now - this.#pictureAt < STILL_AFTER_MS) return;
    this.replaceVideo();
    this.#wantKeyframe(now);
    if (now - this.#stillAt < STILL_EVERY_MS) return;
    this.#stillAt = now;
    const timestamp = Math.max(this.#video.timestamp + 90, this.#ticks(now, 90));
    for (const { payload, marker } of this.#still) this.#video.write(payload, timestamp, marker);
  }

  /** Once per segment: where the times of the next one count from follows the sender's clock. */
  turn(): void {
    if (Number.isFinite(this.#lead)) this.#leads.push(this.#lead);
    if (this.#leads.length > 5) this.#leads.shift();
    this.#lead = Infinity;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #start(now: number): void {
    this.#startedAt = now;
    this.#pictureAt = now;
    this.#video.timestamp = -90;
    // Both begin at one moment, which a reader without RTCP takes for 0.
    this.#audio.timestamp = -SILENCE_TICKS;
    this.#audio.write(SILENCE, 0, true);
  }

  #ticks(now: number, perMs: number): number {
    return Math.round((now - this.#startedAt!) * perMs);
  }

  #wantKeyframe(now: number): void {
    if (now - this.#askedAt < KEYFRAME_ASKED_EVERY_MS) return;
    this.#askedAt = now;
    this.#outlet.requestKeyframe();
  }

  /** Remembers a keyframe that came whole and in order. */
  #keep(packet: RtpPacket, keyframe: boolean): void {
    if (keyframe && this.#growing?.[0]?.timestamp !== packet.timestamp) this.#growing = [];
    const growing = this.#growing;
    if (!growing) return;
    const last = growing.at(-1);
    const follows =
      !last || (last.timestamp === packet.timestamp && sequenceDistance(last.sequence, packet.sequence) === 1);
    if (!follows || growing.length === MOST_OF_A_STILL) {
      this.#growing = null;
      return;
    }
    growing.push(packet);
    // Some mark the end of the parameter sets too, which are not yet a picture.
    if (!packet.marker || !growing.some(({ payload }) => holdsKeyframe(this.#codec, payload))) return;
    this.#still = growing;
    this.#growing = null;
  }
}
