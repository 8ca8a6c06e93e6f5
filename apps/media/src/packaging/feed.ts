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
/** Keyframes of two layers that came within this of each other are of one picture. */
const ONE_PICTURE_MS = 150;
/** By less than a picture or so, times of two layers may differ: their encoders may take another picture for a keyframe each. */
const WORTH_MOVING = 3_400;
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

interface Keyframe {
  at: number;
  timestampIn: number;
  timestampOut: number;
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
 *
 * The feed of a lower layer has that of the largest for its `lead`: it counts time with it, and begins with a keyframe of a picture that the lead has a
 * keyframe of, so that a moment has one time in both. It asks for none.
 */
export class Feed {
  readonly #codec: VideoCodec;
  readonly #outlet: FeedOutlet;
  readonly #clock: () => number;
  readonly #lead: Feed | null;
  readonly #video: Track;
  readonly #audio: Track;
  readonly #timer: NodeJS.Timeout;
  #startedAt: number | null = null;
  #origin = { video: 0, audio: 0 };
  #videoMap: VideoMapping | null = null;
  #audioMap: Mapping | null = null;
  #pictureAt = 0;
  #stillAt = 0;
  #askedAt = -Infinity;
  #soundExpected = false;
  #still: RtpPacket[] = [];
  #growing: RtpPacket[] | null = null;
  #delays: number[] = [];
  #delay = Infinity;
  #keyframe: Keyframe | null = null;
  /** From a keyframe on, until it is known which one of the lead it goes with. */
  #early: Buffer[] = [];
  /** By how much its times are wrong, seen by the last keyframe; put right with the next. */
  #wrongBy = 0;

  /** @param clock milliseconds, monotonic */
  constructor(
    codec: VideoCodec,
    outlet: FeedOutlet,
    lead: Feed | null = null,
    clock: () => number = () => performance.now(),
  ) {
    this.#codec = codec;
    this.#outlet = outlet;
    this.#lead = lead;
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
    const least = Math.min(...this.#delays, this.#delay);
    return Number.isFinite(least) ? least : (this.#startedAt ?? 0);
  }

  /** Of the first packets of both kinds, in the ticks of each. */
  get origin(): { video: number; audio: number } {
    return this.#origin;
  }

  /** Another source of pictures: nothing of it is used before its first keyframe. */
  replaceVideo(): void {
    this.#videoMap = null;
    this.#growing = null;
    this.#keyframe = null;
    this.#early = [];
    this.#wrongBy = 0;
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
      if (this.#lead) return this.#followLead(this.#lead, bytes, packet, keyframe, now);
      if (!keyframe) return this.#wantKeyframe(now);
      map = this.#map(packet, now, this.#startedAt === null ? 0 : this.#ticks(now, 90));
    }
    const ahead = sequenceDistance(map.sequenceIn, packet.sequence);
    const sequence = map.sequenceOut + ahead;
    let timestamp = map.timestampOut + timestampDistance(map.timestampIn, packet.timestamp);
    if (sequence < map.firstOut) return; // retransmitted, from before the keyframe that this source began with
    if (keyframe && ahead >= 0 && packet.timestamp !== this.#keyframe?.timestampIn) {
      if (this.#wrongBy !== 0) timestamp = Math.max(timestamp + this.#wrongBy, this.#video.timestamp + 90);
      this.#wrongBy = 0;
      this.#keyframe = { at: now, timestampIn: packet.timestamp, timestampOut: timestamp };
    }
    this.#compare(now);
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
    this.#delay = Math.min(this.#delay, now - timestamp / 90);
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
      timestampOut: this.#lead?.audioTime(packet) ?? Math.max(this.#audio.timestamp + SILENCE_TICKS, due),
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
    if (this.#videoMap) this.replaceVideo();
    this.#wantKeyframe(now);
    if (now - this.#stillAt < STILL_EVERY_MS) return;
    this.#stillAt = now;
    const timestamp = Math.max(this.#video.timestamp + 90, this.#ticks(now, 90));
    for (const { payload, marker } of this.#still) this.#video.write(payload, timestamp, marker);
  }

  /** Once per segment: where the times of the next one count from follows the sender's clock. */
  turn(): void {
    if (Number.isFinite(this.#delay)) this.#delays.push(this.#delay);
    if (this.#delays.length > 5) this.#delays.shift();
    this.#delay = Infinity;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Waits with what begins with a keyframe until the lead has one of the same picture. */
  #followLead(lead: Feed, bytes: Buffer, packet: RtpPacket, keyframe: boolean, now: number): void {
    const first = this.#early.length > 0 ? this.#keyframe : null;
    if (first && now - first.at > ONE_PICTURE_MS) this.#early = [];
    if (this.#early.length === 0) {
      if (!keyframe) return;
      this.#keyframe = { at: now, timestampIn: packet.timestamp, timestampOut: 0 };
    }
    this.#early.push(bytes);
    const own = this.#keyframe!;
    const theirs = lead.#keyframe;
    if (lead.#startedAt === null || !theirs || Math.abs(theirs.at - own.at) > ONE_PICTURE_MS) return;
    const early = this.#early;
    this.#early = [];
    own.timestampOut = this.#map(parseRtp(early[0]!)!, now, theirs.timestampOut).timestampOut;
    for (const one of early) this.video(one);
  }

  /** Whether the lead counts the picture of the last keyframe as this one does. */
  #compare(now: number): void {
    const own = this.#keyframe;
    const theirs = this.#lead && this.#lead.#keyframe;
    if (!own || !theirs || now - own.at > ONE_PICTURE_MS || Math.abs(theirs.at - own.at) > ONE_PICTURE_MS) return;
    const wrongBy = theirs.timestampOut - own.timestampOut;
    this.#wrongBy = Math.abs(wrongBy) > WORTH_MOVING ? wrongBy : 0;
  }

  /** When the lead plays this packet of sound. */
  audioTime({ timestamp }: RtpPacket): number | null {
    const map = this.#audioMap;
    return map && map.timestampOut + timestampDistance(map.timestampIn, timestamp);
  }

  #map({ sequence, timestamp }: RtpPacket, now: number, at: number): VideoMapping {
    if (this.#startedAt === null) this.#start(now, at);
    return (this.#videoMap = {
      firstOut: this.#video.sequence + 1,
      sequenceIn: sequence,
      sequenceOut: this.#video.sequence + 1,
      timestampIn: timestamp,
      timestampOut: Math.max(this.#video.timestamp + 90, at),
    });
  }

  /** @param at of the first picture; 0 but for a layer that comes later than its lead */
  #start(now: number, at: number): void {
    this.#startedAt = (this.#lead && this.#lead.#startedAt) ?? now;
    this.#pictureAt = now;
    this.#video.timestamp = at - 90;
    // Both begin at one moment, which a reader without RTCP takes for 0.
    this.#origin = { video: at, audio: Math.round((at * 48) / 90) };
    this.#audio.timestamp = this.#origin.audio - SILENCE_TICKS;
    this.#audio.write(SILENCE, this.#origin.audio, true);
  }

  #ticks(now: number, perMs: number): number {
    return Math.round((now - this.#startedAt!) * perMs);
  }

  #wantKeyframe(now: number): void {
    if (this.#lead || now - this.#askedAt < KEYFRAME_ASKED_EVERY_MS) return;
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
