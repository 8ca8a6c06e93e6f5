import { useState } from 'react';
import { CONSENT_TEXT_VERSION, viewerAccountApi, type ConsentPurpose, type Consents } from '#contracts/viewer-account';
import { call } from '../api.ts';
import { locale } from '../i18n.ts';
import { toast } from '../ui/toast.tsx';
import css from './Account.module.css';
import { useViewerText } from './texts.ts';
import { keep } from './viewer-state.ts';

export async function saveConsent(
  brandId: string,
  purpose: ConsentPurpose,
  granted: boolean,
  source: 'account' | 'banner',
): Promise<void> {
  const request = { brandId, purpose, granted, textVersion: CONSENT_TEXT_VERSION, locale: locale.get(), source };
  keep(brandId, await call(viewerAccountApi.saveConsent, request));
}

/** What they agreed to, to be changed at any time. */
export function ConsentChoices({
  brandId,
  consents,
  signedIn,
}: {
  brandId: string;
  consents: Consents;
  signedIn: boolean;
}) {
  const t = useViewerText();
  const [busy, setBusy] = useState(false);
  const say = async (purpose: ConsentPurpose, granted: boolean) => {
    setBusy(true);
    await saveConsent(brandId, purpose, granted, 'account').catch(() => toast(t.broken));
    setBusy(false);
  };
  const box = (purpose: ConsentPurpose, checked: boolean, label: string) => (
    <label className={css.tick}>
      <input
        type="checkbox"
        checked={checked}
        disabled={busy}
        onChange={(event) => void say(purpose, event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
  return (
    <>
      {signedIn && box('marketing_mail', consents.marketingMail === true, t.marketing)}
      {consents.mode !== 'none' && (
        <>
          {box('profiling', consents.profiling ?? consents.mode === 'opt_out', t.profiling)}
          <p className={css.none}>{t.profilingWhy}</p>
        </>
      )}
    </>
  );
}
