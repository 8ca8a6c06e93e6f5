import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import datachannel from 'node-datachannel';

/*
 * An encoder of the kind that OBS is: libdatachannel, H264 and Opus as ffmpeg makes them, and deaf to requests for a keyframe. It is
 * a process of its own, started by `WhipPublisher`, since its native threads do not outlive jest's realms well.
 */
export interface Picture {
  /** Frames from one keyframe to the next. */
  gop?: number;
  bFrames?: number;
}

export type Order = { type: 'answer'; sdp: string } | { type: 'send'; picture: Picture };
export type Report = { type: 'offer'; sdp: string } | { type: 'state'; state: string };

const VIDEO = { payloadType: 96, ssrc: 4_242 };
const AUDIO = { payloadType: 111, ssrc: 4_343 };

const tell = (report: Report) => process.connected && process.send!(report);
const peer = new datachannel.PeerConnection('encoder', { iceServers: [], disableAutoNegotiation: true });
const audio = new datachannel.Audio('audio', 'SendOnly');
audio.addOpusCodec(AUDIO.payloadType);
audio.addSSRC(AUDIO.ssrc, 'encoder', 'stream', 'audio');
const hasSound = !process.argv.includes('soundless');
const video = new datachannel.Video('video', 'SendOnly');
const isVp8 = process.argv.includes('vp8');
if (isVp8) video.addVP8Codec(VIDEO.payloadType);
else video.addH264Codec(VIDEO.payloadType);
video.addSSRC(VIDEO.ssrc, 'encoder', 'stream', 'video');
const tracks = { audio: hasSound ? peer.addTrack(audio) : null, video: peer.addTrack(video) };

async function send({ gop = 30, bFrames = 0 }: Picture): Promise<void> {
  const [sound, picture] = [createSocket('udp4'), createSocket('udp4')];
  for (const socket of [sound, picture]) {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
  }
  sound.on('message', (packet) => tracks.audio?.isOpen() && tracks.audio.sendMessageBinary(packet));
  picture.on('message', (packet) => tracks.video.isOpen() && tracks.video.sendMessageBinary(packet));
  const to = (socket: typeof sound, { payloadType, ssrc }: typeof VIDEO) => [
    ...['-payload_type', String(payloadType), '-ssrc', String(ssrc)],
    ...['-f', 'rtp', `rtp://127.0.0.1:${(socket.address() as AddressInfo).port}?pkt_size=1200`],
  ];
  const keyframes = ['-g', String(gop), '-keyint_min', String(gop)];
  const encoding = isVp8
    ? ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', ...keyframes]
    : [
        ...['-c:v', 'libx264', '-preset', 'ultrafast', '-profile:v', bFrames > 0 ? 'main' : 'baseline'],
        ...[...keyframes, '-sc_threshold', '0', '-bf', String(bFrames)],
        // Parameter sets with each keyframe, as there is no other place for them in RTP.
        ...['-bsf:v', 'dump_extra=freq=keyframe'],
      ];
  const ffmpeg = spawn(
    process.env.FFMPEG_PATH ?? 'ffmpeg',
    [
      ...['-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30'],
      ...['-re', '-f', 'lavfi', '-i', 'sine=sample_rate=48000'],
      ...['-map', '0:v', '-pix_fmt', 'yuv420p', '-b:v', '600k', ...encoding, ...to(picture, VIDEO)],
      ...['-map', '1:a', '-c:a', 'libopus', '-ac', '2', ...to(sound, AUDIO)],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  process.once('exit', () => ffmpeg.kill('SIGKILL'));
}

process.on('message', (order: Order) => {
  if (order.type === 'answer') peer.setRemoteDescription(order.sdp, 'answer');
  else void send(order.picture);
});
// Told to go, it says goodbye to its peer; killed, it does not.
process.on('disconnect', () => {
  peer.close();
  setTimeout(() => process.exit(0), 200);
});
peer.onStateChange((state) => tell({ type: 'state', state }));
peer.onGatheringStateChange((state) => {
  if (state === 'complete') tell({ type: 'offer', sdp: peer.localDescription()!.sdp });
});
peer.setLocalDescription('offer');
