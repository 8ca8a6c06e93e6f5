import { randomUUID } from 'node:crypto';
import type { GrantClaims } from '#contracts/media';
import type { MediaProcess } from '../../apps/media/src/media-process.ts';
import type { FactsDesk } from './facts.ts';
import { MediaClient } from './media-client.ts';
import { freePorts } from './ports.ts';

export interface TestMedia {
  url: string;
  /** Pids of the workers, the newest last. */
  workers: number[];
  grant(claims: Partial<GrantClaims>, options?: { expired?: boolean }): Promise<string>;
  /** Connects with a fresh grant. */
  join(broadcastId: string, role: GrantClaims['role'], claims?: Partial<GrantClaims>): Promise<MediaClient>;
  stop: MediaProcess['stop'];
}

/** Starts a media process inside this one, as main.ts does, with one real worker. */
export async function startMedia(desk: FactsDesk): Promise<TestMedia> {
  const [port, rtcPort] = await freePorts(2);
  Object.assign(process.env, {
    MEDIA_PORT: String(port),
    MEDIA_RTC_PORT: String(rtcPort),
    API_URL: desk.url,
    PUBLIC_URL: 'https://shop.example',
  });
  // The configuration is read when its module is first loaded, which is now.
  const { startMediaProcess } = await import('../../apps/media/src/media-process.ts');
  const { signGrant, signToken } = await import('#platform/grants');
  const { observer } = await import('mediasoup');
  const workers: number[] = [];
  observer.on('newworker', (worker) => void workers.push(worker.pid));
  const media = await startMediaProcess();
  const url = `http://127.0.0.1:${port}`;

  const grant: TestMedia['grant'] = async (claims, { expired = false } = {}) => {
    const whole: GrantClaims = {
      broadcastId: randomUUID(),
      showId: randomUUID(),
      role: 'viewer',
      subject: randomUUID(),
      ...claims,
    };
    return expired ? signToken('media-grant', whole, -60) : signGrant(whole);
  };
  return {
    url,
    workers,
    grant,
    join: async (broadcastId, role, claims) => MediaClient.open(url, await grant({ broadcastId, role, ...claims })),
    stop: (ms) => media.stop(ms),
  };
}
