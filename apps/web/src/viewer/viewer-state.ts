import { atom } from 'nanostores';
import type { Guest } from '#contracts/people';
import { viewerAccountApi, type ViewerState } from '#contracts/viewer-account';
import { call, guest, keepGuest } from '../api.ts';
import { locale } from '../i18n.ts';
import { forgetBrowser } from '../privacy/forget-browser.ts';

const KEY = 'engawa.account';

/** What this browser is at a brand, once it has been asked. */
export const viewer = atom<{ brandId: string; state: ViewerState } | null>(null);

export async function loadViewer(brandId: string): Promise<ViewerState> {
  await guest();
  return keep(brandId, await call(viewerAccountApi.state, { brandId }));
}

/** Whether asking is worth it: a sale must not begin with a question of everybody to the server. */
export function wasSignedIn(brandId: string): boolean {
  try {
    return localStorage.getItem(KEY) === brandId;
  } catch {
    return false;
  }
}

export async function requestCode(brandId: string, email: string): Promise<{ expiresAt: string }> {
  await guest();
  return call(viewerAccountApi.requestCode, { brandId, email, locale: locale.get() });
}

/** @returns whether the browser goes on as another guest: what is on the page is then the former one's */
export async function signIn(brandId: string, email: string, code: string): Promise<boolean> {
  const before = await guest();
  const { guest: now, state } = await call(viewerAccountApi.signIn, { brandId, email, code });
  keepGuest(now);
  keep(brandId, state);
  return now.viewerId !== before.viewerId;
}

/** The browser forgets whose it was: the next person who uses it is somebody else. What the page itself still knows goes with its reload. */
export async function signOut(): Promise<void> {
  const fresh: Guest = await call(viewerAccountApi.signOut, {});
  forgetBrowser();
  keepGuest(fresh);
  viewer.set(null);
}

/** Takes over what a call about the account has answered. */
export function keep(brandId: string, state: ViewerState): ViewerState {
  viewer.set({ brandId, state });
  if (state.account) remember(brandId);
  else if (wasSignedIn(brandId)) remember(null);
  return state;
}

function remember(brandId: string | null): void {
  try {
    if (brandId === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, brandId);
  } catch {
    // Then it is asked again where it matters.
  }
}
