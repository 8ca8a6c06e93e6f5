import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import type { Brand } from '#contracts/accounts';
import { Button } from '../ui/Button.tsx';
import { toast } from '../ui/toast.tsx';
import css from './Account.module.css';
import { saveConsent } from './ConsentChoices.tsx';
import { useViewerText } from './texts.ts';
import { loadViewer } from './viewer-state.ts';

/** Puts the brand's question once, where it has one and this person has not answered it. Two answers of the same weight; no answer is none. */
export async function askConsent(brand: Brand): Promise<void> {
  const { consents } = await loadViewer(brand.id);
  if (consents.mode === 'none' || consents.profiling !== null) return;
  const place = document.createElement('div');
  document.body.append(place);
  const root = createRoot(place);
  const close = () => {
    root.unmount();
    place.remove();
  };
  root.render(<Question brand={brand} mode={consents.mode} onClose={close} />);
}

function Question({ brand, mode, onClose }: { brand: Brand; mode: 'opt_in' | 'opt_out'; onClose: () => void }) {
  const t = useViewerText();
  const [busy, setBusy] = useState(false);
  const answer = (granted: boolean) => () => {
    setBusy(true);
    saveConsent(brand.id, 'profiling', granted, 'banner').then(onClose, () => {
      toast(t.broken);
      setBusy(false);
    });
  };
  return (
    <aside className={css.ask} data-theme="light" aria-label={t.askTitle}>
      <h2>{t.askTitle}</h2>
      <p>{mode === 'opt_in' ? t.askIn({ brand: brand.name }) : t.askOut({ brand: brand.name })}</p>
      <div>
        <Button size="touch" disabled={busy} onClick={answer(false)}>
          {t.refuse}
        </Button>
        <Button size="touch" disabled={busy} onClick={answer(true)}>
          {t.agree}
        </Button>
      </div>
      <p>{t.changeLater}</p>
    </aside>
  );
}
