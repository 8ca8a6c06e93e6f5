import { useEffect, useRef } from 'react';

const SEEN_MS = 1_000;

/** Calls once when at least half of the element has been on screen for a second. */
export function useSeen<T extends Element>(onSeen: () => void): (element: T | null) => void {
  const call = useRef(onSeen);
  useEffect(() => {
    call.current = onSeen;
  });
  const stop = useRef<() => void>(undefined);
  const attach = useRef((element: T | null) => {
    stop.current?.();
    if (!element) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      ([entry]) => {
        clearTimeout(timer);
        if (!entry?.isIntersecting) return;
        timer = setTimeout(() => {
          observer.disconnect();
          call.current();
        }, SEEN_MS);
      },
      { threshold: 0.5 },
    );
    observer.observe(element);
    stop.current = () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  });
  return attach.current;
}
