import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Audio, PeerConnection, Video, type Track } from 'node-datachannel';
import { MediaClient } from '../media-client.ts';
import { audioParameters, videoParameters } from '../media-input.ts';
import { sendVideo } from '../rtp-source.ts';
import { answerOf } from './sdp.ts';

const VIDEO = { ssrc: 5_100, payloadType: 102, bitsPerSecond: 300_000 };
const AUDIO = { ssrc: 5_200, payloadType: 111, packetMs: 20, packetTicks: 960 };

/** A guest who sends as a browser does, behind the encoder: a picture and a sound that are well formed and empty. */
export class SyntheticSender {
  readonly #client: MediaClient;
  readonly #peer = new PeerConnection('guest', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  });
  readonly #stops: (() => void)[] = [];

  private constructor(client: MediaClient) {
    this.#client = client;
  }

  /** @returns once it sends */
  static async join(url: string, grant: string): Promise<SyntheticSender> {
    const sender = new SyntheticSender(await MediaClient.open(url, grant));
    await sender.#send();
    return sender;
  }

  leave(): void {
    for (const stop of this.#stops) stop();
    this.#client.close();
    this.#peer.close();
  }

  async #send(): Promise<void> {
    const transport = await this.#client.request('transport.create', { direction: 'send' });
    const sent = [
      { kind: 'video', source: 'camera', parameters: videoParameters(VIDEO.ssrc) },
      { kind: 'audio', source: 'microphone', parameters: audioParameters(AUDIO.ssrc) },
    ] as const;
    const picture = new Video('0', 'SendOnly');
    picture.addH264Codec(VIDEO.payloadType);
    picture.addSSRC(VIDEO.ssrc, 'host');
    const sound = new Audio('1', 'SendOnly');
    sound.addOpusCodec(AUDIO.payloadType);
    sound.addSSRC(AUDIO.ssrc, 'host');
    const [video, audio] = [this.#peer.addTrack(picture), this.#peer.addTrack(sound)];
    const offer = new Promise<string>((resolve) => this.#peer.onLocalDescription(resolve));
    const connected = new Promise<void>((resolve) => {
      this.#peer.onStateChange((state) => state === 'connected' && resolve());
    });
    this.#peer.setLocalDescription('offer');
    const [, value] = /a=fingerprint:sha-256 (\S+)/.exec(await offer)!;
    await this.#client.request('transport.connect', {
      transportId: transport.id,
      dtlsParameters: { role: 'client', fingerprints: [{ algorithm: 'sha-256', value: value! }] },
    });
    this.#peer.setRemoteDescription(answerOf(transport, [...sent]), 'answer');
    await connected;
    for (const { kind, source, parameters } of sent) {
      const request = { transportId: transport.id, kind, source, rtpParameters: parameters };
      await this.#client.request('producer.create', request);
    }
    await this.#sendPicture(video);
    this.#sendSound(audio);
  }

  async #sendPicture(track: Track): Promise<void> {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    socket.on('message', (packet) => track.isOpen() && track.sendMessageBinary(packet));
    const { stop } = await sendVideo({ address: '127.0.0.1', videoPort: socket.address().port }, VIDEO);
    this.#stops.push(stop, () => socket.close());
  }

  #sendSound(track: Track): void {
    const packet = Buffer.alloc(52);
    packet.set([0x80, AUDIO.payloadType]);
    packet.writeUInt32BE(AUDIO.ssrc, 8);
    let count = 0;
    const timer = setInterval(() => {
      count += 1;
      packet.writeUInt16BE(count & 0xffff, 2);
      packet.writeUInt32BE((count * AUDIO.packetTicks) >>> 0, 4);
      if (track.isOpen()) track.sendMessageBinary(packet);
    }, AUDIO.packetMs);
    this.#stops.push(() => clearInterval(timer));
  }
}
