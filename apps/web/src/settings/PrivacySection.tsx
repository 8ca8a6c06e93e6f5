import type { SellingSettings } from '#contracts/settings';
import { Choice, SectionForm } from './Section.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';
import { useSection } from './useSection.ts';

export function PrivacySection({ settings }: { settings: SellingSettings }) {
  const t = useSettingsText();
  const form = useSection('privacy', settings, {
    toDraft: ({ privacy }) => privacy,
    read: (draft) => ({ input: draft, issues: null }),
  });
  return (
    <SectionForm name="privacy" title={t.privacy} lead={t.privacyLead} form={form}>
      <Choice
        legend={t.consentMode}
        options={[
          { value: 'none', label: t.consentNone },
          { value: 'opt_out', label: t.consentOptOut },
          { value: 'opt_in', label: t.consentOptIn },
        ]}
        value={form.draft.consentMode}
        onChange={(consentMode) => form.change({ consentMode })}
      />
      <p className={css.hint}>{t.consentNote}</p>
    </SectionForm>
  );
}
