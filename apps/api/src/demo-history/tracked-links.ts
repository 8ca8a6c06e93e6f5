import type { Channel } from '#contracts/referrals';
import type { Random } from '#insight/simulate';
import { line, newsletter, type Source } from './crowd.ts';
import { inParallel } from './parallel.ts';
import { patiently } from './patience.ts';
import type { Services } from './services.ts';

const CAMPAIGN = 'saturday-kiln';
/** Of those who open the mail. Whether a post was seen, nobody knows. */
const CLICKED = [0.11, 0.21] as const;

const linkSource = (channel: Channel): Source => ({ campaign: { source: channel, medium: channel, name: CAMPAIGN } });
const [mail, social] = [linkSource('mail'), linkSource('social')];

/** The same way on an evening whose mail and post have links of their own. */
export function byLink(way: Source): Source {
  return way === newsletter ? mail : way === line ? social : way;
}

/** Makes the links of an evening; the mail is opened, and they are followed. */
export async function spreadLinks(
  { trackedLinks }: Services,
  brandId: string,
  showId: string,
  viewings: { source: Source }[],
  random: Random,
): Promise<void> {
  for (const [channel, source] of [
    ['mail', mail],
    ['social', social],
  ] as const) {
    const { code } = await trackedLinks.create(brandId, { showId, channel, campaign: CAMPAIGN });
    const clicks = viewings.filter((viewing) => viewing.source === source);
    const share = CLICKED[0] + (CLICKED[1] - CLICKED[0]) * random();
    const opened = channel === 'mail' ? Math.round(clicks.length / share) : 0;
    await inParallel(Array.from({ length: opened }), () => patiently(() => trackedLinks.see(code)));
    await inParallel(clicks, () => patiently(() => trackedLinks.follow(code)));
  }
}
