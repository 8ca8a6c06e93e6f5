import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Init } from '../../../apps/media/src/packaging/fragments.ts';
import { HlsServer } from '../../../apps/media/src/packaging/hls-server.ts';
import { renderPlaylist } from '../../../apps/media/src/packaging/playlist.ts';
import { Timeline } from '../../../apps/media/src/packaging/timeline.ts';

/** What the packager's server serves, of a show of 1.5 Mbps that has been on for a minute. */
const showId = '00000000-0000-7000-8000-000000000000';
const FRAME_BYTES = 6_250;
const FRAMES = 30 * 60;

const timeline: Timeline = new Timeline(showId, 'bench', 1, {
  changed: () => server.changed(timeline),
  finished: () => undefined,
});
const server = new HlsServer({
  timeline: (id) => (id === showId ? timeline : undefined),
  seen: (_timeline, asker, token) => void viewers.set(token ?? asker.who, performance.now()),
});
const viewers = new Map<string, number>();

let frame = 0;
const play = (frames: number) => {
  for (let count = 0; count < frames; count += 1, frame += 1) {
    const bytes = Buffer.alloc(FRAME_BYTES, frame & 0xff);
    timeline.add(
      { bytes, startsAt: frame / 30, duration: 1 / 30, pictures: 1, independent: frame % 60 === 0 },
      Date.now(),
    );
  }
};
timeline.begin('bench', { bytes: Buffer.alloc(800), videoTrack: 1, videoTimescale: 90_000 } as Init);
play(FRAMES + 8);

const http = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
  if (!server.handle(request, response)) response.writeHead(404).end();
});
server.attach(http);
http.listen(0, '127.0.0.1');
await once(http, 'listening');

const open = timeline.open!;
const part = open.parts[0]!;
process.send!({
  port: (http.address() as AddressInfo).port,
  paths: {
    playlist: `/hls/${showId}/live.m3u8`,
    part: `/hls/${showId}/bench/p${part.number}.m4s`,
  },
  bodies: { playlist: renderPlaylist(timeline), part: part.bytes },
});

/** Publishes the next part, and says when. The clock is that of the whole machine. */
process.on('message', (command) => {
  if (command === 'next') {
    const at = process.hrtime.bigint();
    const before = timeline.nextPart;
    while (timeline.nextPart === before) play(1);
    process.send!({ at, waiters: server.waiters });
  } else if (command === 'where') {
    process.send!({
      msn: timeline.open?.sequence ?? timeline.nextSequence,
      part: timeline.open?.parts.length ?? 0,
      waiters: server.waiters,
    });
  }
});
