import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { io } from 'socket.io-client';

const ACK_MS = 5_000;

/**
 * Puts a clip on air, over and over, as the host that a grant names: ffmpeg copies its H264 and Opus into plain RTP to
 * the media process. The clip needs a keyframe each second or so, since ffmpeg cannot be asked for one, and no B-frames.
 *
 * Ends when it is stopped, and also by itself: the broadcast is over, the media process is gone, ffmpeg ended. It does not
 * try again, because each attempt needs a new grant.
 *
 * @param {object} options
 * @param {{ url: string, grant: string }} options.grant a MediaGrant whose claims allow plain ingest
 * @param {string} options.clip path of the file
 * @param {string} [options.ffmpegPath]
 * @param {(reason: string) => void} [options.onEnded] called once, with an end reason of the broadcast or an error in words
 * @returns {{ stop: () => void, onAir: Promise<boolean>, ended: Promise<string> }} `onAir` is true once ffmpeg sends, and
 *   false when it ended before
 */
export function publishClip({ grant, clip, ffmpegPath = 'ffmpeg', onEnded }) {
  let ffmpeg = null;
  let tellEnded;
  let tellOnAir;
  const ended = new Promise((resolve) => (tellEnded = resolve));
  const onAir = new Promise((resolve) => (tellOnAir = resolve));
  const socket = io(grant.url, {
    path: '/media',
    transports: ['websocket'],
    auth: { grant: grant.grant },
    forceNew: true,
    reconnection: false,
  });

  let over = false;
  const end = (reason) => {
    if (over) return;
    over = true;
    socket.disconnect();
    ffmpeg?.kill('SIGKILL');
    tellOnAir(false);
    tellEnded(reason);
    onEnded?.(reason);
  };

  socket.on('connect_error', (error) => end(error.data?.code ?? error.message));
  socket.on('disconnect', (reason) => end(reason));
  socket.on('broadcast.ended', ({ reason }) => end(reason));
  socket.on('connect', async () => {
    // ffmpeg takes a signed number here.
    const streams = { videoSsrc: randomInt(1, 0x3fff_ffff), audioSsrc: randomInt(0x4000_0000, 0x7fff_ffff) };
    try {
      const answer = await socket.timeout(ACK_MS).emitWithAck('ingest.plain', streams);
      if (!answer.ok) return end(answer.error.code);
      if (over) return;
      ffmpeg = spawn(ffmpegPath, rtpArguments(clip, streams, answer.data), { stdio: ['ignore', 'ignore', 'pipe'] });
    } catch (error) {
      return end(error.message);
    }
    let said = '';
    ffmpeg.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-2_000)));
    ffmpeg.on('error', (error) => end(error.message));
    ffmpeg.on('spawn', () => tellOnAir(true));
    ffmpeg.on('close', (code, signal) => end(`ffmpeg ended with ${signal ?? code}: ${said.trim()}`));
  });

  return { stop: () => end('stopped'), onAir, ended };
}

function rtpArguments(clip, { videoSsrc, audioSsrc }, { address, ...ports }) {
  const output = (kind, payloadType, ssrc, port, rtcpPort) => [
    ...['-map', `0:${kind}:0`, `-c:${kind}`, 'copy', '-f', 'rtp', '-payload_type', payloadType, '-ssrc', ssrc],
    `rtp://${address}:${port}?rtcpport=${rtcpPort}&pkt_size=1200`,
  ];
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-re', '-stream_loop', '-1', '-i', clip],
    // No bitstream filter: ffmpeg 5.1 closes it at the loop's first seam. The clip has its parameter sets at each keyframe.
    ...output('v', 102, videoSsrc, ports.videoPort, ports.videoRtcpPort),
    ...output('a', 100, audioSsrc, ports.audioPort, ports.audioRtcpPort),
  ].map(String);
}
