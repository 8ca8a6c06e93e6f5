import { useEffect, useRef, useState } from 'react';
import type { MediaGrant } from '#contracts/shows';
import type { WatcherState } from '../../media/watch.ts';
import css from '../Preview.module.css';
import { useEncoderText } from './texts.ts';

/** The broadcast as viewers see it, without its sound: the host hears themselves in the room. */
export function EncoderPreview({
  broadcastId,
  getGrant,
}: {
  broadcastId: string;
  getGrant: () => Promise<MediaGrant>;
}) {
  const t = useEncoderText();
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<WatcherState>('connecting');
  useEffect(() => {
    let stop: (() => void) | null = null;
    let gone = false;
    import('../../media/watch.ts').then(
      ({ createWatcher }) => {
        if (gone || !video.current) return;
        const watcher = createWatcher({ getGrant, video: video.current });
        watcher.setMuted(true);
        const unsubscribe = watcher.state.subscribe(setState);
        stop = () => {
          unsubscribe();
          watcher.stop();
        };
      },
      () => setState('failed'),
    );
    return () => {
      gone = true;
      stop?.();
    };
  }, [getGrant, broadcastId]);
  return (
    <div className={css.preview}>
      <video ref={video} muted autoPlay playsInline aria-label={t.seen} />
      <p className={css.caption}>{state === 'playing' || state === 'blocked' ? t.seen : t.waiting}</p>
    </div>
  );
}
