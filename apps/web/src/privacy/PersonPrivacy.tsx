import { Download } from 'lucide-react';
import { useState } from 'react';
import { privacyApi } from '#contracts/privacy';
import { ApiError } from '../api.ts';
import { staffCall, useMay } from '../staff/session.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/states.tsx';
import { EraseDialog } from './EraseDialog.tsx';
import { ErasedNotice } from './ErasedNotice.tsx';
import { saveExport } from './files.ts';
import css from './Privacy.module.css';
import { usePrivacyText } from './texts.ts';
import { useErasing } from './useErasing.ts';

interface PersonPrivacyProps {
  personId: string;
  /** As the page names them. */
  name: string;
  onErased?: () => void;
}

/** For owners, on a customer's page: hands over what is kept of somebody, or erases it, when they ask for it. */
export function PersonPrivacy({ personId, name, onErased }: PersonPrivacyProps) {
  const t = usePrivacyText();
  const mayErase = useMay()('people.erase');
  const [asking, setAsking] = useState(false);
  const [exporting, setExporting] = useState<'ready' | 'busy' | 'failed'>('ready');
  const erasing = useErasing(
    () => staffCall(privacyApi.erasePerson, { personId }),
    () => {
      setAsking(false);
      onErased?.();
    },
  );
  if (!mayErase) return null;

  async function save(): Promise<void> {
    setExporting('busy');
    try {
      saveExport(await staffCall(privacyApi.exportPerson, { personId }));
      setExporting('ready');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setExporting('failed');
    }
  }

  return (
    <section className={css.part} aria-labelledby="privacy-title">
      <h2 id="privacy-title">{t.personTitle}</h2>
      {erasing.done ? (
        <ErasedNotice erasure={erasing.done}>{t.erasedBodyStaff}</ErasedNotice>
      ) : (
        <>
          <p>{t.personBody}</p>
          <div className={css.actions}>
            <Button busy={exporting === 'busy'} onClick={() => void save()}>
              <Download size={16} strokeWidth={2} aria-hidden="true" />
              {t.exportButton}
            </Button>
            <Button kind="danger" onClick={() => setAsking(true)}>
              {t.erase}
            </Button>
          </div>
          {exporting === 'failed' ? <Notice tone="failed">{t.exportFailed}</Notice> : null}
        </>
      )}
      {asking ? <EraseDialog title={t.questionStaff(name)} erasing={erasing} onClose={() => setAsking(false)} /> : null}
    </section>
  );
}
