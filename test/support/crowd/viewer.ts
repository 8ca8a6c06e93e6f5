import { PeerConnection, type Track } from 'node-datachannel';
import type { ConsumerInfo, TransportInfo } from '#contracts/media';
import type { output } from 'zod/mini';
import { MediaClient } from '../media-client.ts';
import { viewerCapabilities } from '../media-input.ts';

type Candidate = {
  foundation: string;
  priority: number;
  address: string;
  protocol: string;
  port: number;
  type: string;
};
type Fingerprint = { algorithm: string; value: string };
type Codec = { mimeType: string; payloadType: number; clockRate: number; channels?: number; parameters: object };
type Parameters = { mid: string; codecs: Codec[]; encodings: { ssrc: number }[] };

export interface Watched {
  received: number;
  /** Numbers missing between the first packet and the newest. */
  missing: number;
  /** The port of the worker that serves. */
  port: number;
  /** Why it ended, or null. */
  ended: string | null;
}

/** One who watches as a browser does, up to the decoder: ICE, DTLS and SRTP are libdatachannel's. */
export class SyntheticViewer {
  readonly #client: MediaClient;
  readonly #peer: PeerConnection;
  readonly #tracks: Track[] = [];
  readonly #first = Promise.withResolvers<void>();
  #begin = -1;
  #newest = -1;
  #received = 0;
  #port = 0;
  #ended: string | null = null;

  private constructor(client: MediaClient, peer: PeerConnection) {
    this.#client = client;
    this.#peer = peer;
    void client.pushed('broadcast.ended').then(({ reason }) => (this.#ended = reason));
    void client.gone().then(() => {
      this.#ended ??= 'gone';
      this.#first.reject(new Error('the line broke before there was a picture'));
      peer.close();
    });
  }

  /** @returns once the first packet of the picture is there */
  static async join(url: string, grant: string): Promise<SyntheticViewer> {
    const client = await MediaClient.open(url, grant);
    const peer = new PeerConnection('viewer', { iceServers: [], bindAddress: '127.0.0.1' });
    const viewer = new SyntheticViewer(client, peer);
    await viewer.#watch();
    return viewer;
  }

  get watched(): Watched {
    const missing = this.#received === 0 ? 0 : this.#newest - this.#begin + 1 - this.#received;
    return { received: this.#received, missing, port: this.#port, ended: this.#ended };
  }

  leave(): void {
    this.#client.close();
  }

  async #watch(): Promise<void> {
    const info = await this.#client.request('transport.create', { direction: 'receive' });
    const { consumers } = await this.#client.request('consumer.createAll', {
      transportId: info.id,
      rtpCapabilities: viewerCapabilities,
    });
    const picture = consumers.find(({ kind }) => kind === 'video');
    if (!picture) throw new Error('there is no picture');
    this.#port = (info.iceCandidates as Candidate[])[0]!.port;

    this.#peer.onTrack((track) => {
      this.#tracks.push(track); // collected as garbage, it would fall silent
      track.onMessage((packet) => this.#take(packet));
    });
    const answer = new Promise<string>((resolve) => this.#peer.onLocalDescription(resolve));
    this.#peer.setRemoteDescription(offerOf(info, picture), 'offer');
    const [, value] = /a=fingerprint:sha-256 (\S+)/.exec(await answer)!;
    await this.#client.request('transport.connect', {
      transportId: info.id,
      dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: value! }] },
    });
    await this.#client.request('consumer.resume', { consumerId: picture.id });
    await this.#first.promise;
  }

  #take(packet: Buffer): void {
    const type = packet[1]! & 0x7f;
    if (type >= 72 && type <= 76) return; // RTCP
    const number = packet.readUInt16BE(2);
    if (this.#received === 0) {
      this.#begin = this.#newest = number;
      this.#first.resolve();
    } else {
      // 16 bits that go round, so the newest is the nearest that fits.
      const ahead = ((number - this.#newest + 0x8000) & 0xffff) - 0x8000;
      this.#newest = Math.max(this.#newest, this.#newest + ahead);
    }
    this.#received += 1;
  }
}

/** What a media process offers, in the words of SDP. */
function offerOf(info: output<typeof TransportInfo>, { rtpParameters }: output<typeof ConsumerInfo>): string {
  const { usernameFragment, password } = info.iceParameters as { usernameFragment: string; password: string };
  const { fingerprints } = info.dtlsParameters as { fingerprints: Fingerprint[] };
  const { value } = fingerprints.find(({ algorithm }) => algorithm === 'sha-256')!;
  const { codecs, encodings } = rtpParameters as Parameters;
  const [codec] = codecs as [Codec];
  const settings = Object.entries(codec.parameters).map(([name, value]) => `${name}=${value}`);
  const candidates = (info.iceCandidates as Candidate[]).filter(({ protocol }) => protocol === 'udp');
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=ice-lite',
    `a=fingerprint:sha-256 ${value}`,
    'a=setup:actpass',
    `m=video 9 UDP/TLS/RTP/SAVPF ${codec.payloadType}`,
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    'a=sendonly',
    'a=rtcp-mux',
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=rtpmap:${codec.payloadType} ${codec.mimeType.split('/')[1]}/${codec.clockRate}`,
    `a=fmtp:${codec.payloadType} ${settings.join(';')}`,
    `a=ssrc:${encodings[0]!.ssrc} cname:host`,
    ...candidates.map(
      ({ foundation, priority, address, port, type }) =>
        `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ ${type}`,
    ),
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}
