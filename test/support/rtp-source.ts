import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const PAYLOAD_TYPE = 102;
const PACKET_BYTES = 1_200;
const PACKETS_PER_FRAME = 4;
const FRAMES_PER_KEYFRAME = 10;
const CLOCK_RATE = 90_000;

/**
 * A picture's worth of H264 as plain RTP, at a steady rate: the packets are well formed and their contents are zeros, which only
 * a decoder would mind.
 * @returns `sent`, packets so far, and `stop`
 */
export async function sendVideo(
  { address, videoPort }: { address: string; videoPort: number },
  { ssrc, bitsPerSecond }: { ssrc: number; bitsPerSecond: number },
): Promise<{ sent: () => number; stop: () => void }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const packet = Buffer.alloc(PACKET_BYTES);
  packet[0] = 0x80;
  packet.writeUInt32BE(ssrc, 8);
  packet[12] = 0x7c; // a unit in fragments (FU-A), of importance
  const framesPerSecond = bitsPerSecond / (PACKET_BYTES * 8 * PACKETS_PER_FRAME);
  const began = performance.now();
  let frames = 0;

  const sendFrame = () => {
    // A router knows a keyframe by its parameter set.
    const kind = frames % FRAMES_PER_KEYFRAME === 0 ? 7 : 1;
    packet.writeUInt32BE(Math.round((frames * CLOCK_RATE) / framesPerSecond) >>> 0, 4);
    for (let index = 0; index < PACKETS_PER_FRAME; index += 1) {
      const [first, last] = [index === 0, index === PACKETS_PER_FRAME - 1];
      packet[1] = PAYLOAD_TYPE | (last ? 0x80 : 0);
      packet.writeUInt16BE((frames * PACKETS_PER_FRAME + index) & 0xffff, 2);
      packet[13] = (first ? 0x80 : 0) | (last ? 0x40 : 0) | kind;
      socket.send(Buffer.from(packet), videoPort, address);
    }
    frames += 1;
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * framesPerSecond;
    // After a pause of this process there is no catching up: a host's encoder would not either.
    for (let burst = 0; frames < due && burst < 3; burst += 1) sendFrame();
  }, 10);
  return {
    sent: () => frames * PACKETS_PER_FRAME,
    stop: () => {
      clearInterval(timer);
      socket.close();
    },
  };
}
