// A stand-in for a server: starts a worker of its own, writes down both pids, and stays.
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';

const [file, worker] = process.argv.slice(2);
// Linux shows whose child a process once was, so there one may even leave its group.
const detached = worker === 'detached' && process.platform === 'linux';
const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached, stdio: 'ignore' });
writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, worker: child.pid }));
renameSync(`${file}.new`, file);
setInterval(() => undefined, 1000);
