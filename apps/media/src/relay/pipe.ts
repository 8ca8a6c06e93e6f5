import { lookup } from 'node:dns/promises';
import type { types } from 'mediasoup';
import type { PipeEnd } from '#contracts/relay';
import { config } from '#platform/config';
import { answering } from '../refusal.ts';

/** Pipes take the UDP ports from MEDIA_RTC_PORT + this on: a known range, for a firewall between machines. */
const FIRST_PORT = 100;
const PORTS = 100;

/** Between machines: encrypted, and with retransmission. */
export async function openPipe(router: types.Router): Promise<types.PipeTransport> {
  const min = Math.min(config.mediaRtcPort + FIRST_PORT, 65_535 - PORTS);
  return answering('pipe', () =>
    router.createPipeTransport({
      listenInfo: {
        protocol: 'udp',
        ip: config.host,
        announcedAddress: config.mediaAnnouncedAddress,
        portRange: { min, max: min + PORTS - 1 },
      },
      enableRtx: true,
      enableSrtp: true,
    }),
  );
}

export function endOf({ tuple, srtpParameters }: types.PipeTransport): PipeEnd {
  return { address: tuple.localAddress, port: tuple.localPort, srtp: srtpParameters as PipeEnd['srtp'] };
}

export async function connectPipe(transport: types.PipeTransport, { address, port, srtp }: PipeEnd): Promise<void> {
  const { address: ip } = await lookup(address);
  await answering('pipe', () => transport.connect({ ip, port, srtpParameters: srtp }));
}
