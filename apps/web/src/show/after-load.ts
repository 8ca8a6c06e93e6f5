import { reportVisit } from './visit.ts';

const GUEST_KEY = 'engawa.guest';
let begun = false;

/** What nobody waits for: tells where the visit came from, and begins anew once another tab has had this browser forgotten. */
export function afterLoad(showId: string): void {
  void reportVisit(showId);
  if (begun) return;
  begun = true;
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === GUEST_KEY && newValue === null) window.location.reload();
  });
}
