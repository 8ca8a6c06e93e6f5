import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openFactsDesk, type FactsDesk } from '../support/facts.ts';
import { viewerCapabilities } from '../support/media-input.ts';
import { startMedia, type TestMedia } from '../support/media-process.ts';
import { freePorts } from '../support/ports.ts';

jest.setTimeout(60_000);

const KEY = 'ing_of-this-show';
const showId = randomUUID();
let desk: FactsDesk;
let media: TestMedia;
let port: number;
let begun: string[] = [];
let senders: ChildProcess[] = [];

beforeAll(async () => {
  [port] = (await freePorts(1)) as [number];
  process.env.RTMP_PORT = String(port);
  desk = await openFactsDesk();
  media = await startMedia(desk);
});
beforeEach(() => {
  begun = [];
  desk.asked.length = 0;
  desk.admit = ({ key, problem }) => {
    if (key !== KEY) return 'unauthenticated';
    if (problem) return null;
    begun.push(randomUUID());
    return { broadcastId: begun.at(-1)!, showId, role: 'host', subject: 'the host', plainIngest: true };
  };
});
afterEach(() => {
  for (const sender of senders.splice(0)) sender.kill('SIGKILL');
});
afterAll(async () => {
  await media?.stop();
  await desk.close();
});

/** ffmpeg as an encoder that speaks RTMP. */
function send(key: string, codec: string[], sound = ['-c:a', 'aac']): ChildProcess {
  const sender = spawn(
    process.env.FFMPEG_PATH ?? 'ffmpeg',
    [
      ...['-loglevel', 'quiet', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30'],
      ...['-re', '-f', 'lavfi', '-i', 'sine=sample_rate=44100', ...codec, ...sound],
      ...['-f', 'flv', `rtmp://127.0.0.1:${port}/live/${key}`],
    ],
    { stdio: 'ignore' },
  );
  senders.push(sender);
  return sender;
}
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '30'];

describe('an encoder by RTMP', () => {
  it('is on air by the key of the show, and is over when it leaves', async () => {
    const sender = send(KEY, h264);
    const { broadcastId } = await desk.fact('ready');
    expect([broadcastId]).toEqual(begun);
    expect(desk.asked.at(-1)).toMatchObject({ key: KEY, protocol: 'rtmp' });
    const viewer = await media.join(broadcastId, 'viewer');
    const { id: transportId } = await viewer.request('transport.create', { direction: 'receive' });
    const { consumers } = await viewer.request('consumer.createAll', {
      transportId,
      rtpCapabilities: viewerCapabilities,
    });
    expect(consumers.map(({ source }) => source).sort()).toEqual(['camera', 'microphone']);
    const encoder = () =>
      desk.facts.findLast((fact) => fact.type === 'heartbeat')?.broadcasts.find(({ id }) => id === broadcastId)
        ?.encoder;
    while (!encoder()?.video?.width || !encoder()?.audio?.kbps) await sleep(100);
    expect(encoder()).toMatchObject({ protocol: 'rtmp', video: { codec: 'H264', width: 320, height: 180 } });
    sender.kill('SIGKILL');
    expect((await desk.fact('ended', broadcastId)).reason).toBe('encoder_stopped');
    viewer.close();
  });

  it('without sound is seen all the same', async () => {
    send(KEY, h264, ['-an']);
    const { broadcastId } = await desk.fact('ready');
    const pictures = () =>
      desk.facts.findLast((fact) => fact.type === 'heartbeat')?.broadcasts.find(({ id }) => id === broadcastId)?.encoder
        ?.video;
    while (!pictures()?.fps) await sleep(100);
    expect(pictures()).toMatchObject({ codec: 'H264', width: 320, height: 180 });
    senders[0]!.kill('SIGKILL');
    expect((await desk.fact('ended', broadcastId)).reason).toBe('encoder_stopped');
  });

  it('with an old key, or a codec that we lack, is shown the door before anything begins', async () => {
    await once(send('ing_old', h264), 'exit');
    expect(desk.asked.at(-1)).toMatchObject({ key: 'ing_old' });
    await once(send(KEY, ['-c:v', 'flv1']), 'exit');
    expect(desk.asked.at(-1)!.problem).toEqual({
      kind: 'wrong_codec',
      details: { field: 'video', offered: 'FLV codec 2' },
    });
    expect(begun).toEqual([]);
  });

  it('cannot be watched here', async () => {
    const player = spawn(
      process.env.FFMPEG_PATH ?? 'ffmpeg',
      ['-loglevel', 'quiet', '-i', `rtmp://127.0.0.1:${port}/live/${KEY}`, '-f', 'null', '-'],
      { stdio: 'ignore' },
    );
    senders.push(player);
    const [code] = (await once(player, 'exit')) as [number];
    expect(code).not.toBe(0);
    expect(desk.asked).toEqual([]);
  });

  it('that sends noise, or announces more than there is room for, is dropped and harms nobody', async () => {
    const handshake = Buffer.concat([Buffer.from([3]), randomBytes(1536), randomBytes(1536)]);
    // Chunk streams without end, each of which announces 16 MB.
    const announced = Buffer.concat(
      Array.from({ length: 60 }, (_, id) => Buffer.from([2 + id, 0, 0, 0, 0xff, 0xff, 0xff, 9, 0, 0, 0, 0, 0])),
    );
    const before = process.memoryUsage().rss;
    for (const bytes of [
      randomBytes(20_000),
      Buffer.concat([handshake, randomBytes(8_000)]),
      Buffer.concat([handshake, announced]),
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.resume();
      await once(socket, 'connect');
      socket.write(bytes);
      socket.end();
      await once(socket, 'close');
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    send(KEY, h264);
    while (begun.length === 0) await sleep(50);
  });
});
