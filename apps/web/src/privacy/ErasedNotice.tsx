import { Download } from 'lucide-react';
import type { Erasure } from '#contracts/privacy';
import { formatDateTime } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/states.tsx';
import { saveReceipt } from './files.ts';
import css from './Privacy.module.css';
import { usePrivacyText } from './texts.ts';

/** It is done, and here is what proves it. */
export function ErasedNotice({ erasure, children }: { erasure: Erasure; children: string }) {
  const t = usePrivacyText();
  return (
    <div className={css.erased}>
      <Notice tone="done">
        <b>{t.erased}</b>
        <p>{children}</p>
      </Notice>
      <dl className={css.facts}>
        <div>
          <dt>{t.erasedAt}</dt>
          <dd>{formatDateTime(erasure.erasedAt)}</dd>
        </div>
        <div>
          <dt>{t.rows}</dt>
          <dd>{t.rowCount(erasure.rows)}</dd>
        </div>
        <div>
          <dt>{t.receiptId}</dt>
          <dd>{erasure.id}</dd>
        </div>
      </dl>
      <p className={css.answers}>
        <a href="/receipt" target="_blank" rel="noopener">
          {t.checkReceipt}
        </a>
        <Button kind="fill" size="touch" onClick={() => saveReceipt(erasure)}>
          <Download size={20} strokeWidth={1.75} aria-hidden="true" />
          {t.saveReceipt}
        </Button>
      </p>
    </div>
  );
}
