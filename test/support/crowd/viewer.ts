import { PeerConnection, type Track } from 'node-datachannel';
import { MediaClient } from '../media-client.ts';
import { viewerCapabilities } from '../media-input.ts';
import { candidatesOf, offerOf } from './sdp.ts';

export interface Watched {
  received: number;
  /** Numbers missing between the first packet and the newest. */
  missing: number;
  /** The port of the worker that serves. */
  port: number;
  /** Why it ended, or null. */
  ended: string | null;
}

/** What one receives: the host's picture, unless it says otherwise. */
export interface Wanted {
  kind?: 'audio' | 'video';
  /** Of a co-host or guest. */
  participantId?: string;
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

  /** @returns once the first packet is there */
  static async join(url: string, grant: string, wanted: Wanted = {}): Promise<SyntheticViewer> {
    const client = await MediaClient.open(url, grant);
    const peer = new PeerConnection('viewer', { iceServers: [], bindAddress: '127.0.0.1' });
    const viewer = new SyntheticViewer(client, peer);
    await viewer.#watch(wanted);
    return viewer;
  }

  get watched(): Watched {
    const missing = this.#received === 0 ? 0 : this.#newest - this.#begin + 1 - this.#received;
    return { received: this.#received, missing, port: this.#port, ended: this.#ended };
  }

  leave(): void {
    this.#client.close();
  }

  async #watch({ kind: wantedKind = 'video', participantId }: Wanted): Promise<void> {
    const info = await this.#client.request('transport.create', { direction: 'receive' });
    const { consumers } = await this.#client.request('consumer.createAll', {
      transportId: info.id,
      rtpCapabilities: viewerCapabilities,
      guests: true,
    });
    const wanted = consumers.find((one) => one.kind === wantedKind && one.participantId === participantId);
    if (!wanted) throw new Error(`there is no ${wantedKind}`);
    this.#port = candidatesOf(info)[0]!.port;

    this.#peer.onTrack((track) => {
      this.#tracks.push(track); // collected as garbage, it would fall silent
      track.onMessage((packet) => this.#take(packet));
    });
    const answer = new Promise<string>((resolve) => this.#peer.onLocalDescription(resolve));
    this.#peer.setRemoteDescription(offerOf(info, wanted), 'offer');
    const [, value] = /a=fingerprint:sha-256 (\S+)/.exec(await answer)!;
    await this.#client.request('transport.connect', {
      transportId: info.id,
      dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: value! }] },
    });
    await this.#client.request('consumer.resume', { consumerId: wanted.id });
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
