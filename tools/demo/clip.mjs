/**
 * The clip that the bot host of the demo show broadcasts: made once, then looped by stream copy. It is cut so that its end
 * meets its beginning, in picture, sound and time stamps. As a command: node tools/demo/clip.mjs [folder]
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { music } from './art/music.mjs';
import { frame, mix } from './art/planes.mjs';
import { artHash } from './art/render.mjs';
import { scenes } from './art/scenes.mjs';

const [width, height, rate, seconds] = [1280, 720, 30, 40];
const fade = 0.8;
// The loop begins in the middle of the host's first scene, so that the first picture anybody sees is the host.
const lead = 4;

/**
 * Returns the path of the clip, making it first if the cache has none of these sources. 40 seconds of H.264 constrained
 * baseline without B-frames (a closed GOP and its SPS and PPS every second) and Opus in packets of 20 ms. Loop it with
 * `-stream_loop -1` and `-c copy` alone: the keyframes need no bitstream filter, and ffmpeg 5.1 ends one for good where the
 * first round ends, so that only the sound would go on.
 * `onProgress` gets the share done as text, such as "42 %".
 */
export async function ensureDemoClip({ cacheDir, ffmpegPath = 'ffmpeg', onProgress = () => {} }) {
  const hash = createHash('sha256')
    .update(await artHash())
    .update(await readFile(new URL(import.meta.url)));
  const name = `demo-${hash.digest('hex').slice(0, 12)}.mkv`;
  const path = resolve(cacheDir, name);
  if (existsSync(path)) return path;
  await mkdir(cacheDir, { recursive: true });
  const [sound, unfinished] = [`${path}.${process.pid}.sound.mka`, `${path}.${process.pid}.mkv`];
  try {
    await encodeSound(ffmpegPath, sound);
    await encodeClip(ffmpegPath, sound, unfinished, onProgress);
    await rename(unfinished, path);
  } finally {
    await rm(sound, { force: true });
    await rm(unfinished, { force: true });
  }
  for (const other of await readdir(cacheDir))
    if (/^demo-[0-9a-f]{12}\.mkv$/.test(other) && other !== name) await rm(join(cacheDir, other), { force: true });
  return path;
}

/** Encodes the music three times over: the packets of the second round follow upon themselves without a click. */
async function encodeSound(ffmpegPath, path) {
  const ffmpeg = run(ffmpegPath, [
    ...['-f', 's16le', '-ar', '48000', '-ac', '2', '-i', 'pipe:0'],
    ...['-c:a', 'libopus', '-b:a', '64k', '-frame_duration', '20', path],
  ]);
  const pcm = Buffer.from(music(seconds).buffer);
  for (let round = 0; round < 3; round++) await ffmpeg.write(pcm);
  await ffmpeg.end();
}

async function encodeClip(ffmpegPath, sound, path, onProgress) {
  const paint = await programme();
  const ffmpeg = run(ffmpegPath, [
    ...['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', `${rate}`, '-i', 'pipe:0'],
    ...['-ss', `${seconds}`, '-t', `${seconds}`, '-i', sound, '-map', '0:v', '-map', '1:a', '-c:a', 'copy'],
    ...['-c:v', 'libx264', '-preset', 'superfast', '-profile:v', 'baseline', '-level', '3.1', '-pix_fmt', 'yuv420p'],
    ...['-g', `${rate}`, '-keyint_min', `${rate}`, '-sc_threshold', '0', '-flags', '+cgop'],
    ...['-b:v', '1500k', '-maxrate', '1700k', '-bufsize', '1300k', '-x264-params', 'repeat-headers=1:ipratio=1.2'],
    ...['-color_range', 'tv', '-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
    path,
  ]);
  // One frame is painted while the other is on its way.
  const frames = [frame(width, height), frame(width, height)];
  const fading = frame(width, height);
  let sent = Promise.resolve();
  for (let i = 0; i < seconds * rate; i++) {
    const next = frames[i % 2];
    paint(next, fading, i / rate);
    await sent;
    sent = ffmpeg.write(next.bytes);
    if (i % rate === 0) onProgress(`${Math.round((100 * i) / (seconds * rate))} %`);
  }
  await sent;
  await ffmpeg.end();
}

/** What is on the screen when: the host, three pots, the host closer, three pots, each fading into the next. */
async function programme() {
  const { host, closeUp, drawClock } = await scenes();
  const pot = (name, direction) => {
    const paint = closeUp(name);
    return { length: 3.6, paint: (target, t) => paint(target, t, direction * 20 * (t - 2)) };
  };
  const parts = [
    { length: 9.2, paint: host({ x: 800, y: 512, zoom: 1.02 }) },
    pot('yunomi', 1),
    pot('kobachi', -1),
    pot('mug', 1),
    { length: 9.2, paint: host({ x: 790, y: 430, zoom: 1.3 }) },
    pot('kyusu', -1),
    pot('hirazara', 1),
    pot('katakuchi', -1),
  ];
  return (target, fading, time) => {
    let t = (time + lead) % seconds;
    let index = 0;
    while (t >= parts[index].length) t -= parts[index++].length;
    parts[index].paint(target, t);
    if (t < fade) {
      const previous = parts.at(index - 1);
      previous.paint(fading, previous.length + t);
      mix(target, fading, (1 + Math.cos((Math.PI * t) / fade)) / 2);
    }
    drawClock(target, time / seconds);
  };
}

/** Starts ffmpeg to be fed through its standard input; a failure is told with ffmpeg's own last words. */
function run(ffmpegPath, args) {
  const child = spawn(ffmpegPath, ['-v', 'error', '-y', ...args], { stdio: ['pipe', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk) => (words = (words + chunk).slice(-2000)));
  const ended = new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => (code === 0 ? done() : fail(new Error(`ffmpeg ended with ${code}: ${words.trim()}`))));
  });
  // Whoever writes or ends hears of the failure; nobody else has to.
  ended.catch(() => {});
  child.stdin.on('error', () => {});
  return {
    write: (bytes) => Promise.race([new Promise((done) => child.stdin.write(bytes, () => done())), ended]),
    end: () => {
      child.stdin.end();
      return ended;
    },
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const onProgress = (share) => process.stderr.write(`\rdemo clip ${share} `);
  console.log(await ensureDemoClip({ cacheDir: process.argv[2] ?? '.engawa/demo', onProgress }));
}
