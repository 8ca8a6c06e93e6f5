import { useEffect, useRef } from 'react';

/** True where a key is text or belongs to the control that has the focus. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/**
 * Single keys of a place: `{ m: mute, ' ': freeze }`. None while typing, with a modifier, while a key repeats or a dialog is
 * open; space and enter stay with the button that has the focus.
 */
export function useShortcuts(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
      const onControl = event.target instanceof HTMLElement && event.target.closest('button, a, [role=tab]') !== null;
      if (onControl && (event.key === ' ' || event.key === 'Enter')) return;
      const action = latest.current[event.key.toLowerCase()];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', pressed);
    return () => window.removeEventListener('keydown', pressed);
  }, []);
}
