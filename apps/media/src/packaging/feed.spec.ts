import { describe, expect, it } from '@jest/globals';
import { Feed } from './feed.ts';
import { parseRtp, startsKeyframe, writeRtp, type RtpPacket } from './rtp.ts';

const IDR = Buffer.from([0x65, 1, 2]);
const DELTA = Buffer.from([0x41, 1, 2]);
const SPS = Buffer.from([0x67, 1]);
const SOUND = Buffer.from([0xfc, 1, 2, 3]);

class Stage {
  now = 1_000;
  asked = 0;
  readonly sent: { kind: string; packet: RtpPacket }[] = [];
  readonly feed: Feed;

  constructor(lead: Stage | null = null) {
    this.feed = new Feed(
      'h264',
      {
        send: (kind, bytes) => this.sent.push({ kind, packet: parseRtp(bytes)! }),
        requestKeyframe: () => (this.asked += 1),
      },
      lead && lead.feed,
      () => this.now,
    );
    this.feed.close(); // its timer; the test ticks
    this.feed.replaceAudio(true);
  }

  of(kind: string): RtpPacket[] {
    return this.sent.filter((one) => one.kind === kind).map(({ packet }) => packet);
  }

  video(sequence: number, timestamp: number, payload: Buffer): void {
    this.feed.video(writeRtp({ payloadType: 96, marker: true, sequence, timestamp, ssrc: 7, payload }));
  }

  audio(sequence: number, timestamp: number): void {
    this.feed.audio(writeRtp({ payloadType: 111, marker: false, sequence, timestamp, ssrc: 8, payload: SOUND }));
  }
}

const rising = (packets: RtpPacket[]) =>
  packets.every(({ sequence, timestamp }, index) => {
    const before = packets[index - 1];
    return !before || (((sequence - before.sequence) & 0xffff) === 1 && timestamp >= before.timestamp);
  });

describe('the feed of a packager', () => {
  it('begins with a keyframe, both kinds at 0', () => {
    const stage = new Stage();
    stage.video(10, 5_000, DELTA);
    stage.audio(1, 99);
    expect(stage.sent).toEqual([]);
    expect(stage.asked).toBe(1);
    stage.video(11, 8_000, IDR);
    expect(stage.of('video')[0]).toMatchObject({ timestamp: 0, payload: IDR });
    expect(stage.of('audio')[0]!.timestamp).toBe(0);
  });

  it('fills silence and pictures while none come, and takes up what comes later', () => {
    const stage = new Stage();
    stage.video(1, 0, IDR);
    for (let ms = 0; ms < 5_000; ms += 40) {
      stage.now += 40;
      stage.feed.tick();
    }
    const [sound, pictures] = [stage.of('audio'), stage.of('video')];
    expect(rising(sound)).toBe(true);
    expect(sound.at(-1)!.timestamp).toBeGreaterThan(48 * 4_700);
    expect(rising(pictures)).toBe(true);
    expect(pictures.at(-1)).toMatchObject({ payload: IDR });
    expect(pictures.at(-1)!.timestamp).toBeGreaterThan(90 * 4_700);
    expect(stage.asked).toBeGreaterThan(2);

    // What depends on pictures that nobody was given is not passed on.
    stage.video(400, 90 * 5_000, DELTA);
    expect(stage.of('video')).toHaveLength(pictures.length);
    stage.video(401, 90 * 5_033, IDR);
    stage.video(402, 90 * 5_066, DELTA);
    stage.audio(700, 48 * 5_000);
    expect(
      stage
        .of('video')
        .slice(-2)
        .map(({ payload }) => payload),
    ).toEqual([IDR, DELTA]);
    expect(rising(stage.of('video'))).toBe(true);
    expect(rising(stage.of('audio'))).toBe(true);
  });

  it('makes one stream of sources that follow each other', () => {
    const stage = new Stage();
    stage.video(65_535, 0xffff_ff00, IDR);
    stage.now += 33;
    stage.video(0, 0xffff_ff00 + 2_970 - 0x1_0000_0000, DELTA);
    expect(stage.of('video').map(({ timestamp }) => timestamp)).toEqual([0, 2_970]);
    stage.feed.replaceVideo();
    stage.now += 500;
    stage.video(30_000, 77, DELTA);
    stage.video(30_001, 3_077, IDR);
    expect(stage.of('video')).toHaveLength(3);
    expect(stage.of('video')[2]!.timestamp).toBe(533 * 90);
    expect(rising(stage.of('video'))).toBe(true);
  });

  it('passes on what was retransmitted, but nothing from before its keyframe', () => {
    const stage = new Stage();
    stage.video(100, 0, IDR);
    stage.video(103, 6_000, DELTA);
    stage.video(102, 3_000, DELTA);
    stage.video(99, 0, DELTA);
    const first = stage.of('video')[0]!.sequence;
    expect(stage.of('video').map(({ sequence }) => sequence - first)).toEqual([0, 3, 2]);
  });

  it('does not take parameter sets alone for a picture to show again', () => {
    const stage = new Stage();
    stage.video(1, 0, SPS);
    stage.video(2, 0, IDR);
    stage.now += 1_500;
    stage.feed.tick();
    expect(
      stage
        .of('video')
        .slice(-2)
        .map(({ payload }) => payload),
    ).toEqual([SPS, IDR]);
  });
});

describe('the feed of a lower layer', () => {
  /** Two layers of one camera, each with numbers of its own. */
  const layers = () => {
    const lead = new Stage();
    const low = new Stage(lead);
    return { lead, low, pass: (ms: number) => (lead.now = low.now = lead.now + ms) };
  };
  const last = (stage: Stage, kind = 'video') => stage.of(kind).at(-1)!.timestamp;

  it('counts as its lead does, whichever keyframe comes first', () => {
    const { lead, low, pass } = layers();
    low.video(1, 500, IDR);
    expect(low.sent).toEqual([]);
    expect(low.asked).toBe(0);
    lead.video(10, 90_000, IDR);
    pass(33);
    low.video(2, 3_470, DELTA);
    lead.video(11, 92_970, DELTA);
    expect(low.of('video').map(({ timestamp }) => timestamp)).toEqual([0, 2_970]);
    expect(low.of('audio')[0]!.timestamp).toBe(0);

    const later = new Stage(lead);
    pass(2_000);
    lead.video(70, 272_970, IDR);
    pass(20);
    later.now = low.now;
    later.video(1, 7_000_000, IDR);
    expect(last(later)).toBe(182_970);
    // It begins where the show is, and not with its length of silence.
    expect(later.of('audio').map(({ timestamp }) => timestamp)).toEqual([Math.round((182_970 * 48) / 90)]);
    later.audio(1, 99);
  });

  it('does not begin with a keyframe that its lead has none of', () => {
    const { lead, low, pass } = layers();
    lead.video(10, 90_000, IDR);
    pass(1_000);
    low.video(1, 500, IDR);
    pass(200);
    low.video(2, 18_500, DELTA);
    expect(low.sent).toEqual([]);
  });

  it('plays a sound when its lead does, however late that is', () => {
    const { lead, low, pass } = layers();
    lead.video(10, 90_000, IDR);
    lead.audio(1, 5_000);
    // The sender's clock is slower than ours.
    pass(10_000);
    lead.video(11, 90_000 + 899_000, IDR);
    low.video(1, 500, IDR);
    lead.audio(2, 5_000 + 479_000);
    low.audio(2, 5_000 + 479_000);
    lead.audio(3, 5_000 + 479_960);
    low.audio(3, 5_000 + 479_960);
    expect(last(low, 'audio')).toBe(last(lead, 'audio'));
  });

  it('is put right at its next keyframe where the two count apart', () => {
    const { lead, low, pass } = layers();
    const both = (timestamp: number, payload: Buffer) => {
      lead.video(timestamp / 1_000, timestamp, payload);
      low.video(timestamp / 1_000, timestamp, payload);
    };
    both(0, IDR);
    lead.feed.replaceVideo();
    pass(1_900);
    // Its lead has another source: what is of one moment arrived a while apart.
    lead.now -= 100;
    both(180_000, IDR);
    lead.now += 100;
    expect(last(low) - last(lead)).toBe(18_000);
    pass(33);
    both(183_000, DELTA);
    pass(1_967);
    both(360_000, IDR);
    expect(last(low) - last(lead)).toBe(0);
  });
});

describe('a keyframe', () => {
  it('is known by its first packet', () => {
    expect(startsKeyframe('h264', Buffer.from([0x7c, 0x85, 0]))).toBe(true); // FU-A, start of an IDR
    expect(startsKeyframe('h264', Buffer.from([0x7c, 0x45, 0]))).toBe(false); // its end
    expect(startsKeyframe('h264', Buffer.from([0x78, 0, 2, 0x67, 1, 0, 1, 0x68]))).toBe(true); // STAP-A with an SPS
    expect(startsKeyframe('h264', DELTA)).toBe(false);
    expect(startsKeyframe('vp8', Buffer.from([0x10, 0x00]))).toBe(true);
    expect(startsKeyframe('vp8', Buffer.from([0x90, 0x80, 0x81, 0x01, 0x00]))).toBe(true); // with a long picture id
    expect(startsKeyframe('vp8', Buffer.from([0x10, 0x01]))).toBe(false);
    expect(startsKeyframe('vp8', Buffer.from([0x00, 0x00]))).toBe(false);
  });
});

describe('RTP', () => {
  it('of noise is none', () => {
    for (const noise of [Buffer.alloc(0), Buffer.alloc(11), Buffer.alloc(40), Buffer.from([0x80, 1, 2, 3])]) {
      expect(parseRtp(noise)).toBeNull();
    }
    const lies = Buffer.alloc(20);
    lies[0] = 0x9f; // fifteen sources and an extension, in twenty bytes
    expect(parseRtp(lies)).toBeNull();
    lies[0] = 0xa0;
    lies[19] = 255; // more padding than packet
    expect(parseRtp(lies)).toBeNull();
  });
});
