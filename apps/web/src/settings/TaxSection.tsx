import type { SellingSettings } from '#contracts/settings';
import { Field } from '../ui/Field.tsx';
import { readTax, taxDraft } from './drafts.ts';
import { Choice, SectionForm } from './Section.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';
import { useSection } from './useSection.ts';

const roundings = ['down', 'half_up', 'up'] as const;

export function TaxSection({ settings }: { settings: SellingSettings }) {
  const t = useSettingsText();
  const form = useSection('tax', settings, { toDraft: taxDraft, read: readTax });
  const { draft, opened, change, error } = form;
  return (
    <SectionForm name="tax" title={t.tax} lead={t.taxLead} form={form}>
      <Choice
        legend={t.prices}
        options={[
          { value: 'with', label: t.pricesInclude },
          { value: 'without', label: t.pricesExclude },
        ]}
        value={draft.pricesIncludeTax ? 'with' : 'without'}
        onChange={(value) => change({ pricesIncludeTax: value === 'with' })}
      />
      {draft.pricesIncludeTax !== opened.pricesIncludeTax && <p className={css.hint}>{t.pricesChange}</p>}
      <div className={css.pair}>
        <Field
          label={t.standard}
          after="%"
          inputMode="decimal"
          value={draft.standard}
          onChange={(event) => change({ standard: event.target.value })}
          error={error('rates.standard', t.rateError)}
        />
        <Field
          label={t.reduced}
          after="%"
          inputMode="decimal"
          value={draft.reduced}
          onChange={(event) => change({ reduced: event.target.value })}
          error={error('rates.reduced', t.rateError)}
        />
      </div>
      <p className={css.hint}>{t.zero}</p>
      <Choice
        legend={t.rounding}
        options={roundings.map((value) => ({ value, label: t[value] }))}
        value={draft.rounding}
        onChange={(rounding) => change({ rounding })}
      />
    </SectionForm>
  );
}
