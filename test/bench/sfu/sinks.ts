import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { types } from 'mediasoup';

export type Suite = 'AEAD_AES_128_GCM' | 'AES_CM_128_HMAC_SHA1_80';
const keyBytes: Record<Suite, number> = { AEAD_AES_128_GCM: 28, AES_CM_128_HMAC_SHA1_80: 30 };

const bindAndSay = `const socket = require('dgram').createSocket('udp4');
socket.bind(0, '127.0.0.1', () => console.log(socket.address().port));`;

/**
 * Encrypts a producer for that many receivers, by transports that differ in nothing but the cipher. Nobody has to decrypt: all
 * of it goes to the socket of a process that stands still, and the kernel drops it.
 */
export async function sendToSinks(
  worker: types.Worker,
  router: types.Router,
  producer: types.Producer,
  { suite, sinks, seconds }: { suite: Suite; sinks: number; seconds: number },
): Promise<{ packets: number; cpuMs: number }> {
  const sink = spawn(process.execPath, ['-e', bindAndSay], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(sink.stdout, 'data')) as [Buffer];
  const port = Number(said.toString());
  sink.kill('SIGSTOP');
  const transports: types.PlainTransport[] = [];
  const consumers: types.Consumer[] = [];
  for (let index = 0; index < sinks; index += 1) {
    const transport = await router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1', sendBufferSize: 1_048_576 },
      rtcpMux: true,
      enableSrtp: true,
      srtpCryptoSuite: suite,
    });
    await transport.connect({
      ip: '127.0.0.1',
      port,
      srtpParameters: { cryptoSuite: suite, keyBase64: randomBytes(keyBytes[suite]).toString('base64') },
    });
    transports.push(transport);
    consumers.push(await transport.consume({ producerId: producer.id, rtpCapabilities: router.rtpCapabilities }));
  }
  const cpu = async () => {
    const { ru_utime: user, ru_stime: system } = await worker.getResourceUsage();
    return user + system;
  };
  const sent = async () => {
    const all = await Promise.all(consumers.map((consumer) => consumer.getStats()));
    return all.flat().reduce((sum, { type, packetCount }) => sum + (type === 'outbound-rtp' ? packetCount : 0), 0);
  };
  await sleep(1_000); // the first keyframe
  const [packetsBefore, cpuBefore] = [await sent(), await cpu()];
  await sleep(seconds * 1_000);
  const cpuMs = (await cpu()) - cpuBefore;
  const packets = (await sent()) - packetsBefore;
  for (const transport of transports) transport.close();
  sink.kill('SIGKILL');
  return { packets, cpuMs };
}
