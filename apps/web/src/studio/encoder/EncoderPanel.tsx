import { RadioTower } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/states.tsx';
import { Tag } from '../../ui/Tag.tsx';
import css from './Encoder.module.css';
import { EncoderSheet } from './EncoderSheet.tsx';
import { figuresOf } from './encoder-words.ts';
import { useEncoderText } from './texts.ts';
import type { EncoderState } from './useEncoder.ts';

/** Whether an encoder is connected, what it sends, and what is wrong with that. */
export function EncoderPanel({ showId, encoder: { present, health } }: { showId: string; encoder: EncoderState }) {
  const t = useEncoderText();
  const [open, setOpen] = useState(false);
  const figures = health?.encoder ? figuresOf(health.encoder) : null;
  const problem = useProblem(health);
  return (
    <section className={css.panel} aria-label={t.title}>
      <div className={css.row}>
        <RadioTower size={18} strokeWidth={1.75} aria-hidden />
        <h2>{t.title}</h2>
        <Tag tone={figures ? 'matsu' : 'plain'}>{!present ? t.idle : figures ? t.onAir : t.connecting}</Tag>
        <Button size="small" onClick={() => setOpen(true)}>
          {t.open}
        </Button>
      </div>
      {present ? <p role="status">{figures ? t.sends(figures) : t.cameraOff}</p> : null}
      {problem !== null && <Notice tone="caution">{problem}</Notice>}
      {open && <EncoderSheet showId={showId} onClose={() => setOpen(false)} />}
    </section>
  );
}

function useProblem(health: EncoderState['health']): string | null {
  const t = useEncoderText();
  if (!health?.incident) return null;
  const { kind, details } = health.incident;
  if (kind === 'b_frames') return t.b_frames;
  if (kind === 'keyframe_interval') return t.keyframe_interval((Number(details.intervalMs) / 1_000).toFixed(1));
  if (kind === 'wrong_codec') return t.codec(String(details.codec));
  return null;
}
