/** The protocol parts of node-media-server that we use; it has no types of its own. */
declare module 'node-media-server/src/protocol/rtmp.js' {
  export interface AvPacket {
    /** 8 audio, 9 video, 18 data. */
    codec_type: number;
    dts: number;
    size: number;
    data: Buffer;
  }
  export default class Rtmp {
    parserPacket: { header: { length: number; type: number } };
    inPackets: Map<number, unknown>;
    onConnectCallback: (request: { app: string; name: string }) => void;
    onPushCallback: () => void;
    onPlayCallback: () => void;
    onPacketCallback: (packet: AvPacket) => void;
    onOutputCallback: (bytes: Buffer) => void;
    parserData(bytes: Buffer): string | null;
    packetAlloc(): void;
  }
}
