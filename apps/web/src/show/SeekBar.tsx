import { useStore } from '@nanostores/react';
import { Radio } from 'lucide-react';
import { formatDuration } from '../i18n.ts';
import type { Player } from '../media/player.ts';
import { classes } from '../ui/classes.ts';
import css from './SeekBar.module.css';
import { usePictureText } from './picture-text.ts';

/** The way back in a show that is on, and the way back to live. Only the smooth path has one. */
export function SeekBar({ player, overlay = false }: { player: Player; overlay?: boolean }) {
  const t = usePictureText();
  const timeline = useStore(player.timeline);
  // Over a phone's picture it stands only while it is needed: the way back begins in the sheet.
  if (!timeline || (overlay && timeline.live)) return null;
  const length = Math.floor(timeline.length);
  const behind = Math.min(length, Math.round(timeline.behind));
  const said = timeline.live ? t.live : t.behind({ time: formatDuration(behind) });
  return (
    <div className={classes(css.bar, overlay && css.overlay)}>
      <input
        type="range"
        aria-label={t.goBack}
        aria-valuetext={said}
        min={-length}
        max={0}
        value={timeline.live ? 0 : -behind}
        style={{ '--played': `${((length - behind) / length) * 100}%` } as React.CSSProperties}
        onChange={(event) => player.goBack(-Number(event.target.value))}
      />
      {timeline.live ? null : <span className={css.behind}>−{formatDuration(behind)}</span>}
      <button type="button" data-live={timeline.live ? '' : undefined} onClick={() => player.goBack(0)}>
        <Radio size={16} strokeWidth={2} aria-hidden="true" />
        {timeline.live ? t.live : t.toLive}
      </button>
    </div>
  );
}
