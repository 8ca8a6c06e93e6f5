import type { types } from 'mediasoup-client';

/** How media of one session has flowed, as of the last look. */
export interface Flow {
  /** Pictures decoded, or packets of sound when there is no picture to expect. */
  progress: number;
  /** Estimate from the host's encoder to this screen: half a round trip, the jitter buffer and decoding. */
  latencyMs: number | null;
  /** Packets of the picture that came and that were lost, and how many seconds it stood still. */
  received: number;
  lost: number;
  frozen: number;
}

interface Buffered {
  delay: number;
  decode: number;
  frames: number;
}

/** A function that looks at what arrives. In a hidden page packets count, since it need not decode pictures. */
export function readFlow(): (consumers: types.Consumer[], hidden: boolean) => Promise<Flow> {
  let before: Buffered | null = null;
  return async (consumers, hidden) => {
    const followed = consumers.find(({ kind }) => kind === 'video') ?? consumers[0];
    const flow: Flow = { progress: 0, latencyMs: null, received: 0, lost: 0, frozen: 0 };
    if (!followed?.rtpReceiver) return flow;
    let rttMs: number | null = null;
    let buffered: Buffered | null = null;
    for (const entry of (await followed.rtpReceiver.getStats()).values()) {
      const report = entry as Record<string, unknown> & { type: string };
      const number = (name: string) => (typeof report[name] === 'number' ? report[name] : 0);
      if (report.type === 'inbound-rtp') {
        flow.received = number('packetsReceived');
        flow.lost = number('packetsLost');
        flow.frozen = number('totalFreezesDuration');
        flow.progress = number(followed.kind === 'video' && !hidden ? 'framesDecoded' : 'packetsReceived');
        buffered = {
          delay: number('jitterBufferDelay'),
          decode: number('totalDecodeTime'),
          frames: number('jitterBufferEmittedCount'),
        };
      }
      if (
        report.type === 'candidate-pair' &&
        report.nominated === true &&
        typeof report.currentRoundTripTime === 'number'
      ) {
        rttMs = report.currentRoundTripTime * 1000;
      }
    }
    if (before && buffered && followed.kind === 'video') flow.latencyMs = estimate(before, buffered, rttMs ?? 0);
    before = buffered;
    return flow;
  };
}

export function estimate(before: Buffered, now: Buffered, rttMs: number): number | null {
  const frames = now.frames - before.frames;
  if (frames <= 0) return null;
  const perFrame = (now.delay - before.delay + (now.decode - before.decode)) / frames;
  return Math.round(rttMs / 2 + perFrame * 1000);
}
