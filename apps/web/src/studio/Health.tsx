import { Activity, TriangleAlert, Unplug, VideoOff } from 'lucide-react';
import { formatBitrate, type Health as Word, type LineStats } from './on-air.ts';
import css from './Health.module.css';
import { useStudioText } from './texts.ts';

const tones: Record<Word, 'good' | 'unsteady' | 'bad' | 'quiet'> = {
  measuring: 'quiet',
  good: 'good',
  slow: 'unsteady',
  far: 'unsteady',
  lossy: 'unsteady',
  cut: 'bad',
  cameraLost: 'bad',
};

/** A word and two figures; one sentence with what to do stands below the preview (`useAdvice`). */
export function Health({ word, stats }: { word: Word; stats: LineStats }) {
  const t = useStudioText();
  const tone = tones[word];
  const Icon =
    word === 'cut' ? Unplug : word === 'cameraLost' ? VideoOff : tone === 'unsteady' ? TriangleAlert : Activity;
  const measured = word !== 'cut' && word !== 'measuring';
  return (
    <div className={css.health}>
      <b data-tone={tone} role="status">
        <Icon size={16} strokeWidth={2} aria-hidden />
        {t[word]}
      </b>
      {measured && stats.rttMs !== null && (
        <span>
          {t.roundTrip} <em>{Math.round(stats.rttMs)}ms</em>
        </span>
      )}
      {measured && stats.sendBps !== null && (
        <span>
          {t.sending} <em>{formatBitrate(stats.sendBps)}</em>
        </span>
      )}
    </div>
  );
}

/** What the host can do about it, in one sentence; null while all is well. */
export function useAdvice(word: Word | null, stats: LineStats): string | null {
  const t = useStudioText();
  switch (word) {
    case 'slow':
      return t.slowAdvice(formatBitrate(stats.sendBps ?? 0));
    case 'far':
      return t.farAdvice;
    case 'lossy':
      return t.lossyAdvice;
    case 'cut':
      return t.cutAdvice;
    case 'cameraLost':
      return t.cameraLostAdvice;
    case 'good':
    case 'measuring':
    case null:
      return null;
  }
}
