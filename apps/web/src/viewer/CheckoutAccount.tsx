import { useStore } from '@nanostores/react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import type { ViewerAccount } from '#contracts/viewer-account';
import { addressLine, type BuyerForm } from '../checkout/buyer.ts';
import { useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { Select } from '../ui/Field.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import css from './Account.module.css';
import { SignIn } from './SignIn.tsx';
import { useViewerText } from './texts.ts';
import { loadViewer, viewer, wasSignedIn } from './viewer-state.ts';

interface CheckoutAccountProps {
  brandId: string;
  form: BuyerForm;
  /** Nothing has been typed or remembered: what the account has may stand there. */
  pristine: boolean;
  keeps: boolean;
  onKeeps: (keeps: boolean) => void;
  onFill: (form: Partial<BuyerForm>) => void;
}

/** Above the details: the way to sign in, or what the account has saved. */
export function CheckoutAccount({ brandId, form, pristine, keeps, onKeeps, onFill }: CheckoutAccountProps) {
  const t = useViewerText();
  const code = useLocale();
  const known = useStore(viewer);
  const [signingIn, setSigningIn] = useState(false);
  const account = known?.brandId === brandId ? known.state.account : null;
  useEffect(() => {
    if (!known && wasSignedIn(brandId)) void loadViewer(brandId).catch(() => undefined); // then it is typed, as by a guest
  }, [known, brandId]);
  const [filled, setFilled] = useState(false);
  useEffect(() => {
    if (!account || filled) return;
    setFilled(true);
    if (pristine) onFill(formOf(account, account.addresses[0]));
  }, [account, filled, pristine, onFill]);

  if (!account) {
    return (
      <div className={css.beside}>
        <p>
          <span>{t.haveAccount}</span>
          <Button kind="quiet" size="touch" onClick={() => setSigningIn(true)}>
            {t.signIn}
          </Button>
        </p>
        {signingIn &&
          createPortal(
            <Sheet title={t.signIn} theme="light" place="dialog" onClose={() => setSigningIn(false)}>
              <div className={css.account}>
                <SignIn
                  brandId={brandId}
                  onSignedIn={(asAnother) => (asAnother ? window.location.reload() : setSigningIn(false))}
                />
              </div>
            </Sheet>,
            document.body, // no form within a form
          )}
      </div>
    );
  }
  const chosen = account.addresses.find(({ name, address }) => name === form.name && address.line1 === form.line1);
  return (
    <div className={css.beside}>
      <p>
        <span>
          {t.signedInAs} {account.email}
        </span>
      </p>
      {account.addresses.length > 1 || (account.addresses.length === 1 && !chosen) ? (
        <Select
          label={t.chooseAddress}
          value={chosen?.id ?? ''}
          onChange={(event) => {
            const one = account.addresses.find(({ id }) => id === event.target.value);
            if (one) onFill(formOf(account, one));
          }}
        >
          {!chosen && <option value="">{t.typed}</option>}
          {account.addresses.map(({ id, name, address }) => (
            <option key={id} value={id}>
              {t.person({ name })} {addressLine(address, code)}
            </option>
          ))}
        </Select>
      ) : null}
      {!chosen && (
        <label className={css.tick}>
          <input type="checkbox" checked={keeps} onChange={(event) => onKeeps(event.target.checked)} />
          <span>{t.keepAddress}</span>
        </label>
      )}
    </div>
  );
}

function formOf(account: ViewerAccount, saved: ViewerAccount['addresses'][number] | undefined): Partial<BuyerForm> {
  const { email, name, phone } = account;
  return saved
    ? { email, ...saved.address, name: saved.name, phone: saved.phone }
    : { email, ...(name && { name }), ...(phone && { phone }) };
}
