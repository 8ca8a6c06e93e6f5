import { ExternalLink } from 'lucide-react';
import { missingOfSeller, sellerFields, type Seller, type SellingSettings } from '#contracts/settings';
import { useSellerText } from '../legal/seller-text.ts';
import { useSession } from '../staff/session.ts';
import { Field, TextArea } from '../ui/Field.tsx';
import { Notice } from '../ui/states.tsx';
import { needsSoleProprietor, readSeller, sellerDraft } from './drafts.ts';
import { SectionForm } from './Section.tsx';
import css from './Settings.module.css';
import { useSettingsText } from './texts.ts';
import { useSection } from './useSection.ts';

const lines = {
  name: { autoComplete: 'organization' },
  representative: { autoComplete: 'name' },
  address: { autoComplete: 'street-address' },
  phone: { autoComplete: 'tel', type: 'tel' },
  email: { autoComplete: 'email', type: 'email' },
} as const;
const isLine = (field: keyof Seller): field is keyof typeof lines => field in lines;

export function SellerSection({ settings }: { settings: SellingSettings }) {
  const t = useSettingsText();
  const names = useSellerText();
  const { brand } = useSession();
  const form = useSection('display', settings, { toDraft: sellerDraft, read: readSeller });
  const { draft, change, error } = form;
  const missing = missingOfSeller(draft.seller);
  const asks = needsSoleProprietor(draft);
  return (
    <SectionForm name="display" title={t.seller} lead={t.sellerLead} form={form}>
      <Notice tone={missing.length === 0 ? 'done' : 'caution'}>
        {missing.length === 0
          ? t.complete
          : t.incomplete(missing.length, sellerFields.length, missing.map((field) => names[field]).join(t.listComma))}
      </Notice>
      <p className={css.hint}>
        <a href={`/legal/${brand.slug}`} target="_blank" rel="noopener" className={css.preview}>
          {t.preview}
          <ExternalLink size={14} strokeWidth={2} aria-hidden="true" />
        </a>
        {form.dirty && ` ${t.previewSaved}`}
      </p>
      {sellerFields.map((field) => {
        const shared = {
          label: names[field],
          hint: t[`${field}Hint`],
          value: draft.seller[field],
          error: error(`seller.${field}`, t.sellerError),
        };
        const type = (text: string) => change({ seller: { ...draft.seller, [field]: text } });
        return isLine(field) ? (
          <Field key={field} {...shared} {...lines[field]} onChange={(event) => type(event.target.value)} />
        ) : (
          <TextArea key={field} {...shared} rows={3} onChange={(event) => type(event.target.value)} />
        );
      })}
      <Field
        className={css.short}
        label={t.registration}
        hint={t.registrationHint}
        autoCapitalize="characters"
        spellCheck={false}
        placeholder="T1234567890123"
        value={draft.registrationNumber}
        onChange={(event) => change({ registrationNumber: event.target.value })}
        error={error('registrationNumber', asks ? t.checkDigit : t.registrationError)}
      />
      {asks && (
        <label className={css.tick}>
          <input
            type="checkbox"
            checked={draft.soleProprietor}
            onChange={(event) => change({ soleProprietor: event.target.checked })}
          />
          <span>{t.soleProprietor}</span>
        </label>
      )}
    </SectionForm>
  );
}
