import type { SellingSettings } from '#contracts/settings';
import { Field } from '../ui/Field.tsx';
import { readReplay, replayDraft } from './drafts.ts';
import { Choice, SectionForm } from './Section.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';
import { useSection } from './useSection.ts';

export function ReplaySection({ settings }: { settings: SellingSettings }) {
  const t = useSettingsText();
  const form = useSection('replay', settings, { toDraft: replayDraft, read: readReplay });
  const { draft, change, error } = form;
  return (
    <SectionForm name="replay" title={t.replay} lead={t.replayLead} form={form}>
      <Field
        className={css.short}
        label={t.replayKeep}
        hint={t.replayKeepHint}
        after={t.days}
        inputMode="numeric"
        value={draft.keepDays}
        onChange={(event) => change({ keepDays: event.target.value })}
        error={error('keepDays', t.replayKeepError)}
      />
      <Choice
        legend={t.replaySells}
        options={[
          { value: 'yes', label: t.replaySellsYes },
          { value: 'no', label: t.replaySellsNo },
        ]}
        value={draft.sells}
        onChange={(sells) => change({ sells })}
      />
    </SectionForm>
  );
}
