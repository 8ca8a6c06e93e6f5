import { Plus, Trash2 } from 'lucide-react';
import { currencyExponents, type Currency } from '#contracts/money';
import type { SellingSettings } from '#contracts/settings';
import { randomId } from '../random-id.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { readShipping, shippingDraft, type ShippingDraft } from './drafts.ts';
import { Choice, SectionForm } from './Section.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';
import { useSection } from './useSection.ts';

const MOST_ROWS = 20;
const bases = ['flat', 'weight', 'amount'] as const;

export function ShippingSection({ settings }: { settings: SellingSettings }) {
  const t = useSettingsText();
  const { currency } = settings;
  const form = useSection('shipping', settings, {
    toDraft: shippingDraft,
    read: (draft) => readShipping(draft, currency),
  });
  const { draft, change, error } = form;
  const money = moneyField(currency).field;
  return (
    <SectionForm name="shipping" title={t.shipping} lead={t.shippingLead} form={form}>
      <Choice
        legend={t.basis}
        options={bases.map((value) => ({ value, label: t[value] }))}
        value={draft.basis}
        onChange={(basis) => change({ basis })}
      />
      {draft.basis === 'weight' && <p className={css.hint}>{t.weightHint}</p>}
      {draft.basis === 'flat' ? (
        <Field
          {...money}
          className={css.short}
          label={t.flatAmount}
          value={draft.rows[0]?.amount ?? ''}
          onChange={(event) => change({ rows: withRow(draft.rows, 0, { amount: event.target.value }) })}
          error={error('rates.0.amount', t.moneyError)}
        />
      ) : (
        <Table draft={draft} currency={currency} error={error} onChange={(rows) => change({ rows })} />
      )}
      <Field
        {...money}
        className={css.short}
        label={t.freeFrom}
        hint={t.freeFromHint}
        value={draft.freeFrom}
        onChange={(event) => change({ freeFrom: event.target.value })}
        error={error('freeFromAmount', t.freeFromError)}
      />
    </SectionForm>
  );
}

interface TableProps {
  draft: ShippingDraft;
  currency: Currency;
  error: (path: string, words: string) => string | undefined;
  onChange: (rows: ShippingDraft['rows']) => void;
}

function Table({ draft: { basis, rows }, currency, error, onChange }: TableProps) {
  const t = useSettingsText();
  const money = moneyField(currency);
  const unit = basis === 'weight' ? { after: 'g', inputMode: 'numeric' as const } : money.field;
  return (
    <div className={css.table}>
      <ol>
        {rows.map((row, index) => (
          <li key={row.key}>
            {index === 0 ? (
              <p className={css.least}>
                <span>{t.fromHead}</span>
                <b>{basis === 'weight' ? '0g' : money.zero}</b>
              </p>
            ) : (
              <Field
                {...unit}
                label={t.from(index + 1)}
                hideLabel
                value={row.from}
                onChange={(event) => onChange(withRow(rows, index, { from: event.target.value }))}
                error={error(`rates.${index}.fromValue`, t.fromError)}
              />
            )}
            <Field
              {...money.field}
              label={index === 0 ? t.amountHead : t.amountOf(index + 1)}
              hideLabel={index > 0}
              value={row.amount}
              onChange={(event) => onChange(withRow(rows, index, { amount: event.target.value }))}
              error={error(`rates.${index}.amount`, t.moneyError)}
            />
            {index > 0 ? (
              <button
                type="button"
                className={css.remove}
                aria-label={t.removeRow(index + 1)}
                onClick={() => onChange(rows.toSpliced(index, 1))}
              >
                <Trash2 size={20} strokeWidth={1.75} aria-hidden />
              </button>
            ) : (
              <span />
            )}
          </li>
        ))}
      </ol>
      {rows.length < MOST_ROWS && (
        <Button onClick={() => onChange([...rows, { key: randomId(), from: '', amount: '' }])}>
          <Plus size={16} strokeWidth={2} aria-hidden />
          {t.addRow}
        </Button>
      )}
    </div>
  );
}

function withRow(rows: ShippingDraft['rows'], index: number, part: Partial<ShippingDraft['rows'][number]>) {
  const row = rows[index] ?? { key: randomId(), from: '0', amount: '' };
  return rows.length === 0 ? [{ ...row, ...part }] : rows.with(index, { ...row, ...part });
}

function moneyField(currency: Currency) {
  const parts = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return {
    zero: parts.format(0),
    field: {
      before: parts.formatToParts(0).find((part) => part.type === 'currency')?.value ?? currency,
      inputMode: currencyExponents[currency] === 0 ? ('numeric' as const) : ('decimal' as const),
    },
  };
}
