import { useCallback, useEffect, useState } from 'react';
import { stageApi, type StageDesk } from '#contracts/stage';
import { createMonitor, type Monitor } from '../../media/monitor.ts';
import { staffCall } from '../../staff/session.ts';

const ASK_MS = 2_000;

/** Who was invited and who is there, asked again and again: people come to the waiting room by themselves. */
export function useStageDesk(showId: string, closed: boolean) {
  const [desk, setDesk] = useState<StageDesk | null>(null);
  useEffect(() => {
    if (closed) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      staffCall(stageApi.desk, { id: showId }, { signal: abort.signal })
        // An answer that was under way while the host changed something is older than what they see.
        .then((now) => setDesk((before) => (before && before.stage.version > now.stage.version ? before : now)))
        .catch(() => undefined) // asked again soon
        .finally(() => {
          if (!abort.signal.aborted) timer = setTimeout(ask, ASK_MS);
        });
    };
    ask();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [showId, closed]);
  return { desk, put: setDesk };
}

/** Pictures and sound of those who are there, while there is a transmission to bring them. */
export function useMonitor(showId: string, wanted: boolean): Monitor | null {
  const [monitor, setMonitor] = useState<Monitor | null>(null);
  const getGrant = useCallback(() => staffCall(stageApi.preview, { id: showId }), [showId]);
  useEffect(() => {
    if (!wanted) return;
    const made = createMonitor({ getGrant });
    setMonitor(made);
    return () => {
      made.stop();
      setMonitor(null);
    };
  }, [wanted, getGrant]);
  return monitor;
}
