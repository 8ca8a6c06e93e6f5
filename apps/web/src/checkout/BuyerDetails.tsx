import { useState, type ComponentProps, type ReactNode } from 'react';
import type { Currency } from '#contracts/money';
import { useLocale } from '../i18n.ts';
import { Field, Select } from '../ui/Field.tsx';
import css from './BuySheet.module.css';
import {
  addressFields,
  addressLine,
  contactFields,
  formatPostalCode,
  shippingCountries,
  toAddress,
  type BuyerFaults,
  type BuyerField,
  type BuyerForm,
} from './buyer.ts';
import { useCheckoutText } from './checkout-text.ts';
import { prefectureOptions } from './prefectures.ts';

interface BuyerDetailsProps {
  form: BuyerForm;
  faults: BuyerFaults;
  currency: Currency;
  /** From an earlier purchase: one line each until the buyer wants to change it. */
  known: boolean;
  /** Paying: what was sent stands on one line. */
  locked: boolean;
  onChange: (field: BuyerField, value: string) => void;
}

/** Ship-to and contact: a line each when filled, fields when not. */
export function BuyerDetails({ form, faults, currency, known, locked, onChange }: BuyerDetailsProps) {
  const t = useCheckoutText();
  const code = useLocale();
  const [open, setOpen] = useState({ shipTo: !known, contact: !known });
  const input = useInputs(form, faults, onChange);
  const showShipTo = !locked && (open.shipTo || addressFields.some((field) => faults[field]));
  const showContact = !locked && (open.contact || contactFields.some((field) => faults[field]));
  return (
    <>
      {showShipTo ? (
        <fieldset className={css.group}>
          <legend>
            {t.shipTo}
            {onlyJapan(currency) && <span>{t.domesticOnly}</span>}
          </legend>
          <AddressFields input={input} country={form.country} currency={currency} />
        </fieldset>
      ) : (
        <Line
          label={t.shipTo}
          change={locked ? null : t.changeShipTo}
          onChange={() => setOpen((now) => ({ ...now, shipTo: true }))}
        >
          {t.person(form.name)}
          <small>{addressLine(toAddress(form), code)}</small>
        </Line>
      )}
      {showContact ? (
        <fieldset className={css.group}>
          <legend>{t.contact}</legend>
          <Field
            label={t.email}
            type="email"
            inputMode="email"
            autoComplete="email"
            hint={t.emailWhy}
            {...input('email')}
          />
          <Field label={t.phone} type="tel" inputMode="tel" autoComplete="tel" hint={t.phoneWhy} {...input('phone')} />
        </fieldset>
      ) : (
        <Line
          label={t.contact}
          change={locked ? null : t.changeContact}
          onChange={() => setOpen((now) => ({ ...now, contact: true }))}
        >
          {form.email}
        </Line>
      )}
    </>
  );
}

type Input = (field: BuyerField) => Pick<ComponentProps<typeof Field>, 'name' | 'value' | 'error' | 'required'> & {
  onChange: (event: { target: { value: string } }) => void;
};

/** Value, change and words of the fault of a field, for the inputs of both groups. */
export function useInputs(form: BuyerForm, faults: BuyerFaults, onChange: BuyerDetailsProps['onChange']): Input {
  const t = useCheckoutText();
  const labels: Record<BuyerField, string> = {
    email: t.email,
    phone: t.phone,
    name: t.name,
    country: t.country,
    postalCode: t.postalCode,
    region: form.country === 'JP' ? t.region : t.regionElsewhere,
    city: t.city,
    line1: t.line1,
    line2: t.line2,
  };
  const said = (field: BuyerField): string | undefined => {
    const fault = faults[field];
    if (!fault) return undefined;
    const chosen = field === 'country' || (field === 'region' && form.country === 'JP');
    if (fault === 'missing') return chosen ? t.missingChoice(labels[field]) : t.missing(labels[field]);
    if (field === 'email') return t.malformedEmail;
    return field === 'postalCode' && form.country === 'JP' ? t.malformedPostal : t.malformed(labels[field]);
  };
  return (field) => ({
    name: field,
    value: form[field],
    error: said(field),
    required: field !== 'line2',
    onChange: (event) => onChange(field, event.target.value),
  });
}

/** In the order in which the country, and the language of the page, write an address. */
export function AddressFields({ input, country, currency }: { input: Input; country: string; currency: Currency }) {
  const t = useCheckoutText();
  const code = useLocale();
  const name = <Field key="name" label={t.name} autoComplete="name" {...input('name')} />;
  const postal = <PostalCode key="postal" input={input} country={country} />;
  const region =
    country === 'JP' ? (
      <Select key="region" label={t.region} autoComplete="address-level1" {...input('region')}>
        <option value="">{t.chooseRegion}</option>
        {prefectureOptions(code).map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
    ) : (
      <Field key="region" label={t.regionElsewhere} autoComplete="address-level1" {...input('region')} />
    );
  const city = <Field key="city" label={t.city} autoComplete="address-level2" {...input('city')} />;
  const line1 = <Field key="line1" label={t.line1} autoComplete="address-line1" {...input('line1')} />;
  const line2 = (
    <Field
      key="line2"
      label={
        <>
          {t.line2} <span className={css.optional}>{t.optional}</span>
        </>
      }
      autoComplete="address-line2"
      {...input('line2')}
    />
  );
  const pair = (first: ReactNode, second: ReactNode) => (
    <div key="pair" className={css.pair}>
      {first}
      {second}
    </div>
  );
  const inOrder =
    country === 'JP' && code === 'ja'
      ? [name, pair(postal, region), city, line1, line2]
      : [name, line1, line2, city, pair(region, postal)];
  return (
    <>
      <Country input={input} currency={currency} />
      {inOrder}
    </>
  );
}

function PostalCode({ input, country }: { input: Input; country: string }) {
  const t = useCheckoutText();
  const field = input('postalCode');
  return (
    <Field
      label={t.postalCode}
      autoComplete="postal-code"
      inputMode={country === 'JP' ? 'numeric' : 'text'}
      placeholder={country === 'JP' ? '123-4567' : undefined}
      {...field}
      onBlur={(event) => field.onChange({ target: { value: formatPostalCode(event.target.value, country) } })}
    />
  );
}

function onlyJapan(currency: Currency): boolean {
  return shippingCountries(currency).join() === 'JP';
}

/** Chosen where the brand ships to several. */
function Country({ input, currency }: { input: Input; currency: Currency }) {
  const t = useCheckoutText();
  const code = useLocale();
  const countries = shippingCountries(currency);
  if (countries.length === 1) return null;
  const names = new Intl.DisplayNames(code, { type: 'region' });
  return (
    <Select label={t.country} autoComplete="country" {...input('country')}>
      {countries.map((country) => (
        <option key={country} value={country}>
          {names.of(country)}
        </option>
      ))}
    </Select>
  );
}

interface LineProps {
  label: string;
  /** Name of the button for assistive technology; null when nothing can be changed now. */
  change: string | null;
  onChange: () => void;
  children: ReactNode;
}

function Line({ label, change, onChange, children }: LineProps) {
  const t = useCheckoutText();
  return (
    <div className={css.line}>
      <span>{label}</span>
      <p>{children}</p>
      {change !== null && (
        <button type="button" aria-label={change} onClick={onChange}>
          {t.change}
        </button>
      )}
    </div>
  );
}
