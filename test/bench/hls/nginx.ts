import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../support/ports.ts';
import type { Bench } from '../support/bench.ts';

/** nginx with one worker, which serves files as its documentation says: sendfile, kept connections, no log, known files kept open. */
export async function startNginx(
  bench: Bench,
  files: Record<string, string | Buffer>,
): Promise<{ port: number; pid: number }> {
  const program = await bench.nginx();
  const folder = join(bench.tempDir, 'nginx');
  for (const [path, bytes] of Object.entries(files)) {
    const file = join(folder, 'files', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  chmodSync(folder, 0o755);
  const [port] = (await freePorts(1)) as [number];
  const configuration = join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000;
  open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  types { application/vnd.apple.mpegurl m3u8; video/mp4 m4s mp4; }
  server {
    listen 127.0.0.1:${port}; root ${folder}/files;
    add_header access-control-allow-origin *; add_header cache-control "public, max-age=86400, immutable";
  }
}
`,
  );
  const child = spawn(program, ['-e', join(folder, 'error.log'), '-c', configuration], { stdio: 'inherit' });
  bench.onClose(async () => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  });
  const first = Object.keys(files)[0]!;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}${first}`).catch(() => null);
    if (answer?.ok) return { port, pid: child.pid! };
    await sleep(50);
  }
  throw new Error('nginx does not serve the files of the bench');
}
