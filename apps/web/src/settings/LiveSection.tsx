import type { SellingSettings } from '#contracts/settings';
import { Field } from '../ui/Field.tsx';
import { liveDraft, readLive } from './drafts.ts';
import { SectionForm } from './Section.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';
import { useSection } from './useSection.ts';

export function LiveSection({ settings }: { settings: SellingSettings }) {
  const t = useSettingsText();
  const form = useSection('live', settings, { toDraft: liveDraft, read: readLive });
  const { draft, change, error } = form;
  return (
    <SectionForm name="live" title={t.live} lead={t.liveLead} form={form}>
      <div className={css.pair}>
        <Field
          label={t.instant}
          hint={t.graceHint}
          after={t.seconds}
          inputMode="decimal"
          value={draft.instant}
          onChange={(event) => change({ instant: event.target.value })}
          error={error('dealGraceMs.instant', t.graceError)}
        />
        <Field
          label={t.smooth}
          hint={t.graceHint}
          after={t.seconds}
          inputMode="decimal"
          value={draft.smooth}
          onChange={(event) => change({ smooth: event.target.value })}
          error={error('dealGraceMs.smooth', t.graceError)}
        />
      </div>
      <Field
        className={css.short}
        label={t.offer}
        hint={t.offerHint}
        after={t.seconds}
        inputMode="numeric"
        value={draft.offer}
        onChange={(event) => change({ offer: event.target.value })}
        error={error('waitlistOfferSeconds', t.offerError)}
      />
    </SectionForm>
  );
}
