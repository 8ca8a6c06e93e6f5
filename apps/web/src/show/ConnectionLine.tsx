import { useStore } from '@nanostores/react';
import { CircleAlert, Loader, Unplug, WifiOff } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import type { PublicShow } from '#contracts/shows';
import { realtime } from '../realtime.ts';
import type { Room } from '../room/useRoom.ts';
import css from './ConnectionLine.module.css';
import { useShowText } from './texts.ts';
import type { Watching } from './useWatching.ts';

/** One line at the lower edge of the picture. The worst thing is said; cart, hold and text typed stay as they are. */
export function ConnectionLine({ show, room, watching }: { show: PublicShow; room: Room; watching: Watching }) {
  const t = useShowText();
  const line = useStore(realtime.status);
  const late = useLate(room.status === 'reconnecting' || line !== 'online');
  let icon: ReactNode;
  let words: string;
  let action: ReactNode = null;
  if (line === 'offline') {
    icon = <WifiOff size={18} strokeWidth={2} aria-hidden="true" />;
    words = t.offline;
  } else if (late && room.status === 'reconnecting') {
    icon = <Unplug size={18} strokeWidth={2} aria-hidden="true" />;
    words = t.reconnecting;
  } else if (show.broadcast?.state !== 'live') {
    icon = <Unplug size={18} strokeWidth={2} aria-hidden="true" />;
    words = t.hostLost;
  } else if (watching.state === 'failed') {
    icon = <CircleAlert size={18} strokeWidth={2} aria-hidden="true" />;
    words = t.pictureFailed;
    action = (
      <button type="button" onClick={watching.again}>
        {t.tryAgain}
      </button>
    );
  } else if (watching.state === 'connecting' || watching.state === 'waiting') {
    icon = <Loader size={18} strokeWidth={2} aria-hidden="true" />;
    words = t.connecting;
  } else return <div className={css.line} role="status" />;
  return (
    <div className={css.line} role="status">
      <p>
        {icon}
        <span>{words}</span>
        {action}
      </p>
    </div>
  );
}

/** True once something has lasted for a second: a quick repair is not worth a word. */
function useLate(on: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!on) return;
    const timer = setTimeout(() => setLate(true), 1_000);
    return () => {
      clearTimeout(timer);
      setLate(false);
    };
  }, [on]);
  return late && on;
}
