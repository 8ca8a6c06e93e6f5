import { Download } from 'lucide-react';
import { useState } from 'react';
import { privacyApi } from '#contracts/privacy';
import { ApiError, call } from '../api.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/states.tsx';
import { EraseDialog } from './EraseDialog.tsx';
import { ErasedNotice } from './ErasedNotice.tsx';
import { saveExport } from './files.ts';
import { forgetBrowser } from './forget-browser.ts';
import css from './Privacy.module.css';
import { usePrivacyText } from './texts.ts';
import { useErasing } from './useErasing.ts';

/** What a brand keeps of this browser's person: to take along, and to have erased. */
export function MyData({ brandId, onErased }: { brandId: string; onErased?: () => void }) {
  const t = usePrivacyText();
  const [asking, setAsking] = useState(false);
  const erasing = useErasing(
    () => call(privacyApi.eraseMine, { brandId }),
    () => {
      forgetBrowser();
      setAsking(false);
      onErased?.();
    },
  );
  if (erasing.done) return <ErasedNotice erasure={erasing.done}>{t.erasedBody}</ErasedNotice>;
  return (
    <>
      <section className={css.part} aria-labelledby="export-title">
        <h2 id="export-title">{t.export}</h2>
        <p>{t.exportBody}</p>
        <Export brandId={brandId} />
      </section>
      <section className={css.part} aria-labelledby="erase-title">
        <h2 id="erase-title">{t.erase}</h2>
        <dl className={css.lists}>
          <dt>{t.eraseGone}</dt>
          <dd>{t.eraseGoneList}</dd>
          <dt>{t.eraseKept}</dt>
          <dd>{t.eraseKeptList}</dd>
        </dl>
        <p>{t.eraseElsewhere}</p>
        <Button kind="danger" size="touch" onClick={() => setAsking(true)}>
          {t.eraseButton}
        </Button>
      </section>
      {asking ? <EraseDialog title={t.question} erasing={erasing} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function Export({ brandId }: { brandId: string }) {
  const t = usePrivacyText();
  const [state, setState] = useState<'ready' | 'busy' | 'done' | 'nothing' | 'failed'>('ready');
  async function save(): Promise<void> {
    setState('busy');
    try {
      saveExport(await call(privacyApi.exportMine, { brandId }));
      setState('done');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState(error.code === 'not_found' || error.code === 'unauthenticated' ? 'nothing' : 'failed');
    }
  }
  return (
    <>
      <Button size="touch" busy={state === 'busy'} onClick={() => void save()}>
        <Download size={20} strokeWidth={1.75} aria-hidden="true" />
        {t.exportButton}
      </Button>
      {state === 'done' ? <Notice tone="done">{t.exported}</Notice> : null}
      {state === 'nothing' ? <Notice>{t.nothing}</Notice> : null}
      {state === 'failed' ? <Notice tone="failed">{t.exportFailed}</Notice> : null}
    </>
  );
}
