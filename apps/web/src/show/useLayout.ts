import { useEffect, useSyncExternalStore } from 'react';

/**
 * phone: everything over the picture · column: below it · side: a phone on its side, 320 px beside the picture · desktop.
 * One decision in one place; the style sheets read it as [data-layout].
 */
export type Layout = 'phone' | 'column' | 'side' | 'desktop';

export function layoutOf(width: number, height: number): Layout {
  if (width >= 1024) return 'desktop';
  if (height < 500 && width > height) return 'side';
  return width < 600 ? 'phone' : 'column';
}

const current = () => layoutOf(window.innerWidth, window.innerHeight);

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, current);
}

/**
 * iOS lays its keyboard over the page instead of shrinking it: its height is kept in --keyboard on the root element, so that what
 * stands at the lower edge can move up. Browsers that shrink the page report 0.
 */
export function useKeyboardInset(): void {
  useEffect(() => {
    const viewport = window.visualViewport;
    if (!viewport) return;
    const update = () => {
      const covered = Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop);
      document.documentElement.style.setProperty('--keyboard', `${viewport.scale === 1 ? Math.round(covered) : 0}px`);
    };
    update();
    viewport.addEventListener('resize', update);
    viewport.addEventListener('scroll', update);
    return () => {
      viewport.removeEventListener('resize', update);
      viewport.removeEventListener('scroll', update);
      document.documentElement.style.removeProperty('--keyboard');
    };
  }, []);
}

/** Whether a keyboard takes so much of the screen that the rest must make room. */
export function keyboardIsOpen(): boolean {
  return (window.visualViewport?.height ?? window.innerHeight) < 600;
}
