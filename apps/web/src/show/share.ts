import { referralsApi } from '#contracts/referrals';
import { call, guest } from '../api.ts';
import { toast } from '../ui/toast.tsx';

/** A browser lets a page share or copy only shortly after a press. */
const LINK_WITHIN_MS = 2_000;

/**
 * The browser's own share sheet where there is one, else the address on the clipboard, told with `copied`. The address says who
 * shared it, so that those who come by it are credited; where that cannot be had in time it is the plain one.
 */
export async function share(showId: string, title: string, copied: string): Promise<void> {
  const url = ownLink(showId).catch(() => window.location.href.split(/[?#]/)[0] ?? window.location.href);
  try {
    if (typeof navigator.share === 'function') await navigator.share({ title, url: await url });
    else {
      await navigator.clipboard.writeText(await url);
      toast(copied);
    }
  } catch {
    // Closing the share sheet is an answer too.
  }
}

async function ownLink(showId: string): Promise<string> {
  await guest();
  const signal = AbortSignal.timeout(LINK_WITHIN_MS);
  return (await call(referralsApi.share, { showId }, { signal })).url;
}
