import type { PublicShow } from '#contracts/shows';
import { guest } from '../api.ts';
import { reportVisit } from './visit.ts';

const GUEST_KEY = 'engawa.guest';
let begun = false;

/**
 * What nobody waits for: tells where the visit came from, puts the brand's question about records, and begins anew once another tab has had this
 * browser forgotten or made it somebody else.
 */
export function afterLoad({ id, brand }: PublicShow): void {
  void reportVisit(id);
  if (begun) return;
  begun = true;
  if (brand.asksConsent) {
    // Asked again with the next page.
    void import('../viewer/ask-consent.tsx').then(({ askConsent }) => askConsent(brand)).catch(() => undefined);
  }
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === GUEST_KEY) void reloadUnless(newValue);
  });
}

/** A fresh token of the same guest changes nothing. */
async function reloadUnless(kept: string | null): Promise<void> {
  const { viewerId } = await guest();
  if (kept === null || !kept.includes(viewerId)) window.location.reload();
}
