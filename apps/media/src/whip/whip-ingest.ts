import type { types } from 'mediasoup';
import { answering } from '../refusal.ts';
import { HOST_BITRATE, KEYFRAME_SPACING_MS, type Source } from '../participant.ts';
import type { Offer } from './offer.ts';

interface Outlet {
  publish(source: Source, producer: types.Producer): void;
  /** Media began to flow, or can no longer. */
  changed(): void;
  /** Nothing will come over this transport again. */
  lost(how: 'goodbye' | 'failed'): void;
}

/** The transport and the producers of an encoder that came by WHIP. */
export class WhipIngest {
  readonly transport: types.WebRtcTransport;
  #closed = false;

  private constructor(transport: types.WebRtcTransport, outlet: Outlet) {
    this.transport = transport;
    transport.on('icestatechange', () => outlet.changed());
    transport.on('dtlsstatechange', (state) => {
      if (state === 'closed' || state === 'failed') outlet.lost(state === 'closed' ? 'goodbye' : 'failed');
    });
    transport.observer.once('close', () => outlet.changed());
  }

  /** Producers stand before the encoder is told where to send, so that its first packet has a place. */
  static async open(
    router: types.Router,
    webRtcServer: types.WebRtcServer,
    offer: Offer,
    outlet: Outlet,
  ): Promise<WhipIngest> {
    const transport = await answering('sdp', () =>
      router.createWebRtcTransport({
        ...{ webRtcServer, enableUdp: true, enableTcp: true, preferUdp: true },
        ...{ iceConsentTimeout: 8, initialAvailableOutgoingBitrate: 2_000_000 },
      }),
    );
    const ingest = new WhipIngest(transport, outlet);
    try {
      await answering('sdp', () => transport.setMaxIncomingBitrate(HOST_BITRATE));
      await answering('a=fingerprint', () => transport.connect({ dtlsParameters: offer.dtls }));
      for (const section of offer.sections) {
        if (!section.accepted) continue;
        const producer = await answering(`m=${section.kind}`, () =>
          transport.produce({
            ...{ kind: section.kind, rtpParameters: section.rtpParameters },
            keyFrameRequestDelay: KEYFRAME_SPACING_MS,
          }),
        );
        outlet.publish(section.kind === 'video' ? 'camera' : 'microphone', producer);
      }
      return ingest;
    } catch (error) {
      ingest.close();
      throw error;
    }
  }

  get flowing(): boolean {
    const { iceState } = this.transport;
    return !this.#closed && (iceState === 'connected' || iceState === 'completed');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.transport.close();
  }
}
