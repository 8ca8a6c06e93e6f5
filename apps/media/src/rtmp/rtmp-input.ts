import Rtmp, { type AvPacket } from 'node-media-server/src/protocol/rtmp.js';

/** Commands before somebody is let in are short; a keyframe of a large picture is not. */
const LARGEST_BEFORE = 16 * 1024;
const LARGEST_MESSAGE = 4 * 1024 * 1024;
const MOST_CHUNK_STREAMS = 16;

export interface RtmpEvents {
  /** Somebody wants to send under this name, which is the key. */
  publish(app: string, key: string): void;
  /** A message of sound, picture or data, in FLV's words. */
  media(type: number, time: number, data: Buffer): void;
  output(bytes: Buffer): void;
}

/**
 * RTMP's bytes as node-media-server reads them. Of that package only the protocol is used: its servers write files, open ports, and end
 * the process where one is taken. What a sender announces is bounded here, since the reader sets memory aside for what it is told
 * will come.
 */
export class RtmpInput {
  readonly #rtmp = new Rtmp();
  #admitted = false;

  constructor(events: RtmpEvents) {
    const rtmp = this.#rtmp;
    const allocate = rtmp.packetAlloc.bind(rtmp);
    rtmp.packetAlloc = () => {
      const limit = this.#admitted ? LARGEST_MESSAGE : LARGEST_BEFORE;
      if (rtmp.parserPacket.header.length > limit) throw new Error('an RTMP message is too large');
      if (rtmp.inPackets.size > MOST_CHUNK_STREAMS) throw new Error('too many RTMP chunk streams');
      allocate();
    };
    rtmp.onOutputCallback = (bytes) => events.output(bytes);
    rtmp.onConnectCallback = ({ app, name }) => {
      if (this.#admitted) throw new Error('it publishes already');
      this.#admitted = true;
      events.publish(String(app), String(name));
    };
    rtmp.onPlayCallback = () => {
      throw new Error('nothing is played by RTMP');
    };
    rtmp.onPacketCallback = ({ codec_type: type, dts, size, data }: AvPacket) => {
      // Its buffer is used again for the next message.
      if (this.#admitted) events.media(type, dts, Buffer.from(data.subarray(0, size)));
    };
  }

  /** @throws Error when it is no RTMP, or more than is taken: the connection is then worth nothing */
  take(bytes: Buffer): void {
    const fault = this.#rtmp.parserData(bytes);
    if (fault !== null) throw new Error(fault);
  }
}
