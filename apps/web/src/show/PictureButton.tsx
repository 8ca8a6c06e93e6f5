import { useStore } from '@nanostores/react';
import { Waves, Zap } from 'lucide-react';
import { useState } from 'react';
import { formatNumber } from '../i18n.ts';
import type { Player } from '../media/player.ts';
import { PictureSheet } from './PictureSheet.tsx';
import { usePictureText } from './picture-text.ts';

/** How late the picture is, which opens the choice of its path. */
export default function PictureButton({ player, className }: { player: Player; className?: string }) {
  const t = usePictureText();
  const path = useStore(player.path);
  const latency = useStore(player.latency);
  const [open, setOpen] = useState(false);
  if (path === null || latency === null) return null;
  const seconds = formatNumber(Math.ceil(latency / 100) / 10, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const Icon = path === 'webrtc' ? Zap : Waves;
  return (
    <>
      <button
        type="button"
        className={className}
        aria-haspopup="dialog"
        aria-label={t.choose({ seconds })}
        onClick={() => setOpen(true)}
      >
        <Icon size={16} strokeWidth={2} aria-hidden="true" />
        {t.delay({ seconds })}
      </button>
      {open ? <PictureSheet player={player} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
