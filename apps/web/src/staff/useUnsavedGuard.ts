import { useEffect } from 'react';
import { useBlocker, type Blocker } from 'react-router';

/**
 * Asks before typed changes are lost: the browser's own question on reload and close, ours on a link. The page shows the dialog
 * while `state` is 'blocked'. `dirty` is read at the moment of leaving, so that a page may save and go on at once.
 */
export function useUnsavedGuard(dirty: () => boolean): Blocker {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (dirty()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [dirty]);
  return useBlocker(
    ({ currentLocation, nextLocation }) => currentLocation.pathname !== nextLocation.pathname && dirty(),
  );
}
