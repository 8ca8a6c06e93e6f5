import { useCallback, useState } from 'react';
import { Link } from 'react-router';
import { settingsApi, type SellingSettings } from '#contracts/settings';
import { staffCall, useMay } from '../staff/session.ts';
import { StaffFrame } from '../staff/StaffFrame.tsx';
import { UnsavedDialog } from '../staff/UnsavedDialog.tsx';
import { useLoad } from '../staff/useLoad.ts';
import { useUnsavedGuard } from '../staff/useUnsavedGuard.ts';
import { EmptyState, ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { ErasuresSection } from '../privacy/ErasuresSection.tsx';
import { usePrivacyText } from '../privacy/texts.ts';
import { DirtySections } from './dirty-sections.ts';
import { LiveSection } from './LiveSection.tsx';
import { PaymentsSection } from './PaymentsSection.tsx';
import { PrivacySection } from './PrivacySection.tsx';
import { ReplaySection } from './ReplaySection.tsx';
import { SellerSection } from './SellerSection.tsx';
import css from './Settings.module.css';
import { ShippingSection } from './ShippingSection.tsx';
import { TaxSection } from './TaxSection.tsx';
import { useSettingsText } from './texts.ts';

/** On what terms the brand sells: sections that are saved one by one. */
export default function SettingsPage() {
  const t = useSettingsText();
  return (
    <StaffFrame title={t.title}>
      <Settings />
    </StaffFrame>
  );
}

function Settings() {
  const t = useSettingsText();
  const may = useMay();
  const { data, error, reload } = useLoad('selling', (signal) => staffCall(settingsApi.selling, {}, { signal }));
  if (!may('settings.write')) return <EmptyState title={t.onlyOwner} />;
  if (error) return <ErrorState title={t.failedTitle} error={error} onRetry={reload} />;
  return (
    <>
      <header className={css.head}>
        <h1>{t.title}</h1>
        <p>{t.lead}</p>
      </header>
      {data ? (
        <Sections settings={data} />
      ) : (
        <Loading>
          <Skeleton height={320} />
        </Loading>
      )}
    </>
  );
}

function Sections({ settings }: { settings: SellingSettings }) {
  const t = useSettingsText();
  const privacy = usePrivacyText();
  const [dirty] = useState(() => new Set<string>());
  const blocker = useUnsavedGuard(useCallback(() => dirty.size > 0, [dirty]));
  return (
    <DirtySections value={dirty}>
      <nav className={css.jump} aria-label={t.sections}>
        <a href="#section-tax">{t.tax}</a>
        <a href="#section-shipping">{t.shipping}</a>
        <a href="#section-live">{t.live}</a>
        <a href="#section-replay">{t.replay}</a>
        <a href="#section-display">{t.seller}</a>
        <a href="#section-privacy">{t.privacy}</a>
        <a href="#section-payments">{t.payments}</a>
        <a href="#section-erasures">{privacy.list}</a>
        <Link to="/collector">{t.collector}</Link>
      </nav>
      <TaxSection settings={settings} />
      <ShippingSection settings={settings} />
      <LiveSection settings={settings} />
      <ReplaySection settings={settings} />
      <SellerSection settings={settings} />
      <PrivacySection settings={settings} />
      <PaymentsSection />
      <ErasuresSection />
      <UnsavedDialog blocker={blocker} />
    </DirtySections>
  );
}
