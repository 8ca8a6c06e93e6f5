import { useEffect, useRef } from 'react';
import { Button } from '../ui/Button.tsx';
import type { Camera, CameraState } from './camera.ts';
import css from './Preview.module.css';
import { useStudioText } from './texts.ts';

interface PreviewProps {
  camera: Camera;
  source: CameraState;
  /** Sent now, not yet, or not from this device. */
  caption: string;
  ended: boolean;
  onChoose: () => void;
}

/** The host's own picture as viewers see it, not mirrored; without one, why, and what to do. */
export function Preview({ camera, source, caption, ended, onChoose }: PreviewProps) {
  const t = useStudioText();
  const stream = 'stream' in source ? source.stream : null;
  return (
    <div className={css.preview}>
      {source.at === 'ready' && <Picture stream={stream} label={t.preview} />}
      {source.at === 'ready' ? (
        <p className={css.caption}>{caption}</p>
      ) : ended ? (
        <Plate title={t.closed} />
      ) : source.at === 'asking' ? (
        <Plate title={t.asking} body={t.askingBody} />
      ) : source.at === 'lost' ? (
        <Plate title={t.lost} body={t.lostBody}>
          <Button size="touch" onClick={onChoose}>
            {t.chooseSources}
          </Button>
        </Plate>
      ) : (
        <Plate title={t[source.why]} body={t[`${source.why}Body`]}>
          {source.why !== 'insecure' && (
            <Button size="touch" onClick={() => void camera.open()}>
              {t.tryAgain}
            </Button>
          )}
        </Plate>
      )}
    </div>
  );
}

function Picture({ stream, label }: { stream: MediaStream | null; label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  return <video ref={video} muted autoPlay playsInline aria-label={label} />;
}

function Plate({ title, body, children }: { title: string; body?: string; children?: React.ReactNode }) {
  return (
    <div className={css.plate} role="status">
      <b>{title}</b>
      {body !== undefined && <p>{body}</p>}
      {children}
    </div>
  );
}
