import { randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { MediaFact } from '#contracts/media';
import type { ApiCallback } from '../../apps/media/src/api-callback.ts';
import type { Bucket } from '../../apps/media/src/recording/bucket.ts';
import type { Recordings } from '../../apps/media/src/recording/recordings.ts';
import { makeFragments, type Fragmented } from '../support/fragments.ts';

jest.setTimeout(60_000);

type Recording = Extract<MediaFact, { type: 'recording' }>['recording'];
const folder = process.env.ENGAWA_DATA_DIR!;
const facts: { showId: string; recording: Recording }[] = [];
let store: S3rver;
let bucket: Bucket;
let recordings: Recordings;
let clip: Fragmented;
let settings: {
  bucket: string;
  endpoint: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  publicUrl: undefined;
};

beforeAll(async () => {
  store = new S3rver({
    port: 0,
    address: '127.0.0.1',
    silent: true,
    directory: join(folder, 's3'),
    configureBuckets: [{ name: 'replays-of-ours', configs: [] }],
  });
  const { port } = await store.run();
  settings = {
    ...{ bucket: 'replays-of-ours', endpoint: `http://127.0.0.1:${port}`, region: 'ap-northeast-1' },
    ...{ accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER', publicUrl: undefined },
  };
  Object.assign(process.env, {
    S3_BUCKET: settings.bucket,
    S3_ENDPOINT: settings.endpoint,
    S3_REGION: settings.region,
    S3_ACCESS_KEY_ID: settings.accessKeyId,
    S3_SECRET_ACCESS_KEY: settings.secretAccessKey,
    S3_PUBLIC_URL: 'https://cdn.example/',
  });
  // The configuration is read when its module is first loaded, which is now.
  ({ Bucket: BucketClass } = await import('../../apps/media/src/recording/bucket.ts'));
  const { Recordings: RecordingsClass } = await import('../../apps/media/src/recording/recordings.ts');
  bucket = new BucketClass(settings);
  recordings = new RecordingsClass({
    report: (fact: (typeof facts)[number]) => facts.push(fact),
  } as unknown as ApiCallback);
  clip = await makeFragments(folder, 'clip', 3);
});
let BucketClass: typeof import('../../apps/media/src/recording/bucket.ts').Bucket;
afterAll(async () => {
  await recordings?.close();
  bucket?.close();
  await store.close();
});

async function told(showId: string, fits: (recording: Recording) => boolean): Promise<Recording> {
  for (;;) {
    const fact = facts.find((one) => one.showId === showId && fits(one.recording));
    if (fact) return fact.recording;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a bucket', () => {
  it('takes a file that is sent in pieces, and hands it out by ranges', async () => {
    const large = Buffer.alloc(35 * 1024 * 1024, 'Engawa ');
    await writeFile(join(folder, 'large'), large);
    await bucket.put('replays/a/large.mp4', join(folder, 'large'), {
      contentType: 'video/mp4',
      cacheControl: 'public, max-age=60',
    });
    const some = await bucket.get('replays/a/large.mp4', 'bytes=20000000-20000013');
    expect(some!.contentRange).toBe(`bytes 20000000-20000013/${large.length}`);
    expect(await text(some!.body)).toBe(large.toString('latin1', 20_000_000, 20_000_014));
    await expect(bucket.get('replays/a/large.mp4', `bytes=${large.length}-`)).rejects.toThrow(RangeError);
    expect(await bucket.get('replays/a/other.mp4', undefined)).toBeNull();
  });

  it('is not open to a wrong secret', async () => {
    const stranger = new BucketClass({ ...settings, secretAccessKey: 'another' });
    await expect(stranger.get('replays/a/large.mp4', undefined)).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    stranger.close();
  });
});

describe('a replay', () => {
  const showId = randomUUID();

  it('can be watched from disk first, and then from the bucket, where its files go', async () => {
    await mkdir(join(folder, 'recordings'), { recursive: true });
    const broadcastId = randomUUID();
    for (const [index, { bytes, seconds }] of clip.segments.entries()) {
      recordings.take(showId, {
        broadcastId,
        init: clip.init,
        bytes,
        seconds,
        at: 1_700_000_000_000 + index * 1000,
        discontinuity: false,
      });
    }
    recordings.finish(showId);
    expect(await told(showId, ({ state }) => state === 'ready')).toMatchObject({ storage: 'disk', baseUrl: null });
    expect(await told(showId, (one) => one.state === 'ready' && one.storage === 's3')).toMatchObject({
      ...{ baseUrl: `https://cdn.example/replays/${showId}`, hasMp4: true, hasThumbnails: true, seconds: 3 },
    });
    while ((await readdir(join(folder, 'recordings', showId))).length > 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const playlist = await bucket.get(`replays/${showId}/replay.m3u8`, undefined);
    const file = /^\d{13}-\w{8}\.mp4$/m.exec(await text(playlist!.body))![0];
    expect((await bucket.get(`replays/${showId}/${file}`, 'bytes=4-7'))!.length).toBe(4);
    // The MP4 is not beside what everybody may read.
    expect(await bucket.get(`replays/${showId}/show.mp4`, undefined)).toBeNull();
    expect((await bucket.get(`masters/${showId}/show.mp4`, 'bytes=0-9'))!.length).toBe(10);
  });

  it('is handed out by the process too, to who began to watch before it moved', async () => {
    const { body, length } = await recordings.open(showId, 'thumbnails.vtt', undefined);
    expect(await text(body)).toMatch(/^WEBVTT/);
    expect(length).toBeGreaterThan(50);
    expect((await recordings.open(showId, 'show.mp4', 'bytes=0-9')).length).toBe(10);
    await expect(recordings.open(showId, 'moved.json', undefined)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('goes from the bucket when it is to go', async () => {
    recordings.remove(showId);
    await told(showId, ({ state }) => state === 'removed');
    for (const key of [`replays/${showId}/replay.m3u8`, `masters/${showId}/show.mp4`])
      expect(await bucket.get(key, undefined)).toBeNull();
    expect(await bucket.get('replays/a/large.mp4', 'bytes=0-9')).not.toBeNull();
  });
});
