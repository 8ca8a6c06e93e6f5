import { useSyncExternalStore } from 'react';

const query = '(min-width: 1200px)';

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(query);
  media.addEventListener('change', listener);
  return () => media.removeEventListener('change', listener);
}

/** Whether there is room for the last look beside the details. */
export function useBeside(): boolean {
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}
