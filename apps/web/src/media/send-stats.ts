import type { types } from 'mediasoup-client';

export interface SendStats {
  rttMs: number | null;
  sendBps: number;
  /** Of the packets sent in the last second or so, as the receiver counts. */
  lossPercent: number;
  /** The line holds the picture back; a low rate alone may only mean that little moves in it. */
  narrowed: boolean;
  /** The machine that encodes holds it back. */
  busy: boolean;
  /** What encoding one picture took of late; null while none was. */
  encodeMs: number | null;
}

interface Totals {
  at: number;
  bytes: number;
  packets: number;
  lost: number;
  /** Pictures, and seconds that encoding them took. */
  encoded: number;
  encoding: number;
}

/** A function that tells how sending went since it was last called. */
export function readSending(transport: types.Transport): () => Promise<SendStats | null> {
  let before: Totals | null = null;
  return async () => {
    const totals: Totals = { at: performance.now(), bytes: 0, packets: 0, lost: 0, encoded: 0, encoding: 0 };
    let rttMs: number | null = null;
    let narrowed = false;
    let busy = false;
    for (const entry of (await transport.getStats()).values()) {
      const report = entry as Record<string, unknown> & { type: string };
      const number = (name: string) => (typeof report[name] === 'number' ? report[name] : 0);
      if (report.type === 'outbound-rtp') {
        totals.bytes += number('bytesSent') + number('headerBytesSent');
        totals.packets += number('packetsSent');
        totals.encoded += number('framesEncoded');
        totals.encoding += number('totalEncodeTime');
        busy ||= report.qualityLimitationReason === 'cpu';
        narrowed ||= report.qualityLimitationReason === 'bandwidth';
      }
      if (report.type === 'remote-inbound-rtp') totals.lost += number('packetsLost');
      if (
        report.type === 'candidate-pair' &&
        report.nominated === true &&
        typeof report.currentRoundTripTime === 'number'
      ) {
        rttMs = Math.round(report.currentRoundTripTime * 1000);
      }
    }
    const since = before;
    before = totals;
    return since && { rttMs, narrowed, busy, ...rates(since, totals) };
  };
}

export function rates(since: Totals, now: Totals): Pick<SendStats, 'sendBps' | 'lossPercent' | 'encodeMs'> {
  const seconds = (now.at - since.at) / 1000;
  const packets = now.packets - since.packets;
  // Receiver's reports lag behind what was sent, and a replaced stream begins to count at 0.
  const lost = Math.min(Math.max(0, now.lost - since.lost), Math.max(0, packets));
  const pictures = now.encoded - since.encoded;
  return {
    encodeMs: pictures > 0 ? ((now.encoding - since.encoding) / pictures) * 1000 : null,
    sendBps: seconds > 0 ? Math.round((Math.max(0, now.bytes - since.bytes) * 8) / seconds) : 0,
    lossPercent: packets > 0 ? Math.round((lost / packets) * 1000) / 10 : 0,
  };
}
