import { useEffect, useMemo, useRef, useState } from 'react';
import { replaysApi } from '#contracts/replays';
import type { Message } from '#contracts/room';
import { call } from '../../api.ts';

/** How much of what was said before is shown after a jump, and how far ahead it is loaded. */
const BEFORE_MS = 120_000;
const AHEAD_MS = 60_000;
const MOST_SHOWN = 80;

interface Loaded {
  from: number;
  /** All that was said from `from` until here is known. */
  to: number;
  messages: Message[];
}

const nothing: Loaded = { from: 0, to: 0, messages: [] };

/** What had been said by a moment of the show, oldest first. A jump out of what is loaded loads anew. */
export function useReplayChat(slug: string, moment: number): Message[] {
  const [loaded, setLoaded] = useState(nothing);
  const asking = useRef(false);
  const covered = moment >= loaded.from && moment <= loaded.to;
  const wanted = moment > 0 && (!covered || moment + AHEAD_MS > loaded.to);
  useEffect(() => {
    if (!wanted || asking.current) return;
    asking.current = true;
    const goesOn = covered;
    const from = goesOn ? loaded.from : moment - BEFORE_MS;
    const afterSeq = goesOn ? loaded.messages.at(-1)?.seq : undefined;
    call(replaysApi.chat, { slug, from: new Date(from).toISOString(), ...(afterSeq !== undefined && { afterSeq }) })
      .then(
        ({ messages, more }) => {
          const to = more ? Date.parse(messages.at(-1)!.sentAt) : Infinity;
          setLoaded((before) => ({ from, to, messages: goesOn ? [...before.messages, ...messages] : messages }));
        },
        () => undefined, // asked again with the next second
      )
      .finally(() => (asking.current = false));
  }, [wanted, covered, moment, loaded, slug]);
  return useMemo(
    () => loaded.messages.filter(({ sentAt }) => Date.parse(sentAt) <= moment).slice(-MOST_SHOWN),
    [loaded, moment],
  );
}
