import { useEffect, useState } from 'react';
import { replaysApi, type Replay } from '#contracts/replays';
import { call } from '../../api.ts';

const ASK_EVERY_MS = 2_000;
/** Thumbnails may come a while after the replay. */
const ASK_FOR_REST_MS = 15_000;

/** The replay of an ended show, asked for until there is one; null before the first answer. */
export function useReplay(slug: string): Replay | null {
  const [replay, setReplay] = useState<Replay | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const now = await call(replaysApi.public, { slug }, { signal: abort.signal }).catch(() => undefined);
      if (abort.signal.aborted) return;
      if (now)
        setReplay((before) => (before?.state === 'ready' && now.state === 'ready' && same(before, now) ? before : now));
      if (!now || now.state === 'preparing') timer = setTimeout(() => void ask(), ASK_EVERY_MS);
      else if (now.state === 'ready' && now.thumbnailsUrl === null)
        timer = setTimeout(() => void ask(), ASK_FOR_REST_MS);
    };
    void ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [slug]);
  return replay;
}

const same = (a: Replay, b: Replay) => JSON.stringify(a) === JSON.stringify(b);
