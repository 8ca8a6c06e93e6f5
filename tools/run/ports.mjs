import { createSocket } from 'node:dgram';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { SetupError } from '../prepare/progress.mjs';

/**
 * Makes sure that nobody else has the ports.
 *
 * @param {{ variable: string, port: number, host: string, udp?: boolean }[]} wanted
 * @throws {SetupError} naming each port that is taken, its variable, and who has it where that can be seen
 */
export async function checkPorts(wanted) {
  const taken = [];
  let example = null;
  for (const { variable, port, host, udp } of wanted) {
    const code = (await tryTcp(port, host)) ?? (udp ? await tryUdp(port, host) : null);
    if (!code) continue;
    example ??= `${variable}=${port + 1000} npm start`;
    if (code === 'EADDRINUSE') taken.push(`Port ${port} (${variable}) is taken${holderOf(port)}.`);
    else taken.push(`Port ${port} (${variable}) on ${host} cannot be used: ${code}.`);
  }
  if (example) {
    throw new SetupError(`${taken.join('\n')}\n\nEnd that process, or choose another port, for instance: ${example}`);
  }
}

function tryTcp(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', (error) => resolve(error.code));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
  });
}

function tryUdp(port, host) {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', (error) => resolve(error.code));
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}

function holderOf(port) {
  const inodes = new Set();
  for (const table of ['tcp', 'tcp6', 'udp', 'udp6']) {
    try {
      for (const line of readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1)) {
        const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
        // 0A is a listening TCP socket, 07 an open UDP one.
        if (local && parseInt(local.split(':')[1], 16) === port && (state === '0A' || state === '07'))
          inodes.add(inode);
      }
    } catch {
      return '';
    }
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`)) {
        const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
        if (!inodes.has(inode)) continue;
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        return ` by process ${pid} (${command.slice(0, 80)})`;
      }
    } catch {
      // Another user's process does not show its files.
    }
  }
  return '';
}
