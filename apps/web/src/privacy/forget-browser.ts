const PREFIX = 'engawa.';
/** Of the reader and not of what they did. */
const KEPT = new Set(['engawa.locale']);

/** Takes out of this browser who it was, what it bought and what it filled in. The next page that needs a guest makes a new one. */
export function forgetBrowser(): void {
  for (const storage of [() => localStorage, () => sessionStorage]) {
    try {
      const kept = storage();
      const keys = Array.from({ length: kept.length }, (_, index) => kept.key(index) ?? '');
      for (const key of keys) if (key.startsWith(PREFIX) && !KEPT.has(key)) kept.removeItem(key);
    } catch {
      // Where storage is closed nothing was kept.
    }
  }
}
