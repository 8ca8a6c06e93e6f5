import { useStore } from '@nanostores/react';
import { Check, Waves, Zap } from 'lucide-react';
import type { Player } from '../media/player.ts';
import type { Wish } from '../media/path-choice.ts';
import { Sheet } from '../ui/Sheet.tsx';
import { SeekBar } from './SeekBar.tsx';
import css from './PictureSheet.module.css';
import { usePictureText } from './picture-text.ts';

const icons = { instant: Zap, smooth: Waves };

/** Instant or smooth, in words of what one gets. Says so when the instant picture is wished for and does not come. */
export function PictureSheet({ player, onClose }: { player: Player; onClose: () => void }) {
  const t = usePictureText();
  const wish = useStore(player.wish);
  const path = useStore(player.path);
  const choosable = useStore(player.choosable);
  const shown: Wish[] = choosable ? ['instant', 'smooth'] : ['instant'];
  return (
    <Sheet title={t.title} onClose={onClose} theme="dark">
      <div className={css.choices} role="radiogroup" aria-label={t.title}>
        {shown.map((one) => {
          const Icon = icons[one];
          return (
            <button
              key={one}
              type="button"
              role="radio"
              aria-checked={wish === one}
              onClick={() => player.setWish(one)}
            >
              <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
              <span>
                <b>{t[one]}</b>
                {t[`${one}More`]}
              </span>
              {wish === one ? <Check className={css.on} size={20} strokeWidth={2} aria-hidden="true" /> : null}
            </button>
          );
        })}
      </div>
      <SeekBar player={player} />
      <p className={css.note} role="status">
        {wish === 'instant' && path === 'hls' ? t.fallback : null}
      </p>
    </Sheet>
  );
}
