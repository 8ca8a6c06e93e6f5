import { useRef, useState } from 'react';
import type { Brand } from '#contracts/accounts';
import { viewerAccountApi, type ViewerAccount } from '#contracts/viewer-account';
import { call } from '../api.ts';
import { AddressFields, useInputs } from '../checkout/BuyerDetails.tsx';
import { buyerFaults, emptyBuyer, toAddress, toContact, type BuyerFaults } from '../checkout/buyer.ts';
import { useCheckoutText } from '../checkout/checkout-text.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { toast } from '../ui/toast.tsx';
import css from './Account.module.css';
import { useViewerText } from './texts.ts';
import { keep } from './viewer-state.ts';

/** The same fields, and the same faults, as in the checkout. */
export function AddressForm({
  brand,
  account,
  onClose,
}: {
  brand: Brand;
  account: ViewerAccount;
  onClose: () => void;
}) {
  const t = useViewerText();
  const words = useCheckoutText();
  const element = useRef<HTMLFormElement>(null);
  const [form, setForm] = useState(() => ({ ...emptyBuyer(brand.currency), ...account, email: account.email }));
  const [faults, setFaults] = useState<BuyerFaults>({});
  const [busy, setBusy] = useState(false);
  const input = useInputs(form, faults, (field, value) => {
    setForm((before) => ({ ...before, [field]: value }));
    setFaults(({ [field]: _mended, ...others }) => others);
  });
  const save = async () => {
    const found = buyerFaults(form);
    setFaults(found);
    if (Object.keys(found).length > 0) {
      requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    setBusy(true);
    try {
      const { name, phone } = toContact(form);
      const request = { brandId: brand.id, name, phone, address: toAddress(form) };
      keep(brand.id, await call(viewerAccountApi.saveAddress, request));
      onClose();
    } catch {
      toast(t.broken);
      setBusy(false);
    }
  };
  return (
    <form
      ref={element}
      className={css.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      <AddressFields input={input} country={form.country} currency={brand.currency} />
      <Field label={words.phone} type="tel" inputMode="tel" autoComplete="tel" {...input('phone')} />
      <p className={css.aside}>
        <Button type="submit" size="touch" busy={busy}>
          {t.save}
        </Button>
        <Button kind="quiet" size="touch" onClick={onClose}>
          {t.cancel}
        </Button>
      </p>
    </form>
  );
}
