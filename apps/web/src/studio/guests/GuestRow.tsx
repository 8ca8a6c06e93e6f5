import { Link2, Maximize2, Mic, MicOff, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Invited } from '#contracts/stage';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import css from './GuestDesk.module.css';
import { useGuestDeskText } from './texts.ts';

interface GuestRowProps {
  guest: Invited;
  stream: MediaStream | null;
  isMain: boolean;
  onPlace: (change: { onAir?: boolean; muted?: boolean }) => void;
  onMain: (large: boolean) => void;
  onRemove: () => void;
}

/** One who was invited: a small picture while they are there, and what may be done about them. */
export function GuestRow({ guest, stream, isMain, onPlace, onMain, onRemove }: GuestRowProps) {
  const t = useGuestDeskText();
  const [removing, setRemoving] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream;
  }, [stream]);
  const { name, role, present, onAir, muted, link } = guest;
  const state = onAir ? (present ? t.onAir : t.away) : present ? t.waits : t.notYet;
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(link);
    toast(t.copied);
  }
  return (
    <li data-on-air={onAir ? '' : undefined} data-present={present ? '' : undefined}>
      <div className={css.picture}>
        {/* Who waits is seen and not heard: the host is talking to viewers. */}
        {stream ? <video ref={video} autoPlay playsInline muted={!onAir} aria-label={t.pictureOf(name)} /> : null}
      </div>
      <div className={css.who}>
        <b>{name}</b>
        <small>{role === 'co_host' ? t.coHost : t.guest}</small>
      </div>
      <div className={css.deeds}>
        <em data-on={onAir ? '' : undefined}>{state}</em>
        {onAir ? (
          <Button size="small" onClick={() => onPlace({ onAir: false })}>
            {t.takeOff}
          </Button>
        ) : present ? (
          <Button size="small" kind="fill" onClick={() => onPlace({ onAir: true })}>
            {t.takeOn}
          </Button>
        ) : (
          <Button size="small" onClick={() => void copy().catch(() => undefined)}>
            <Link2 size={14} strokeWidth={2} aria-hidden />
            {t.copy}
          </Button>
        )}
        {onAir ? (
          <>
            <button
              type="button"
              aria-label={t.mute(name)}
              aria-pressed={muted}
              onClick={() => onPlace({ muted: !muted })}
            >
              {muted ? <MicOff size={16} strokeWidth={2} aria-hidden /> : <Mic size={16} strokeWidth={2} aria-hidden />}
            </button>
            <button type="button" aria-label={t.large(name)} aria-pressed={isMain} onClick={() => onMain(!isMain)}>
              <Maximize2 size={16} strokeWidth={2} aria-hidden />
            </button>
          </>
        ) : null}
        <button type="button" aria-label={t.remove(name)} onClick={() => setRemoving(true)}>
          <X size={16} strokeWidth={2} aria-hidden />
        </button>
      </div>
      {removing ? (
        <Dialog
          title={t.removeTitle(name)}
          confirm={t.removeNow}
          cancel={t.keep}
          danger
          onConfirm={() => {
            setRemoving(false);
            onRemove();
          }}
          onClose={() => setRemoving(false)}
        >
          {t.removeBody}
        </Dialog>
      ) : null}
    </li>
  );
}
