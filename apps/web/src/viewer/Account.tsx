import { useStore } from '@nanostores/react';
import { useState, type ReactNode } from 'react';
import type { Brand } from '#contracts/accounts';
import { Contact } from '#contracts/checkout';
import { viewerAccountApi, type ViewerAccount } from '#contracts/viewer-account';
import { call } from '../api.ts';
import { addressLine } from '../checkout/buyer.ts';
import { useLocale } from '../i18n.ts';
import { usePrivacyText } from '../privacy/texts.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Field } from '../ui/Field.tsx';
import { ErrorState, Loading, Skeleton } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import css from './Account.module.css';
import { AddressForm } from './AddressForm.tsx';
import { ConsentChoices } from './ConsentChoices.tsx';
import { MyOrders } from './MyOrders.tsx';
import { SignIn } from './SignIn.tsx';
import { useViewerText } from './texts.ts';
import { keep, loadViewer, signOut, viewer } from './viewer-state.ts';

/** A guest's orders of this browser and the way to sign in; or all that a signed-in viewer has here. */
export function Account({ brand, newTab = false }: { brand: Brand; newTab?: boolean }) {
  const t = useViewerText();
  const privacy = usePrivacyText();
  const known = useStore(viewer);
  const { error, reload } = useLoad(brand.id, async () => loadViewer(brand.id));
  const state = known?.brandId === brand.id ? known.state : null;
  if (!state) {
    return error ? (
      <ErrorState title={t.failed} error={error} onRetry={reload} />
    ) : (
      <Loading>
        <Skeleton height={200} />
      </Loading>
    );
  }
  const { account } = state;
  return (
    <div className={css.account}>
      {account ? (
        <SignedIn account={account} />
      ) : (
        <Part title={t.signIn}>
          <SignIn brandId={brand.id} onSignedIn={(asAnother) => asAnother && window.location.reload()} />
        </Part>
      )}
      <Part title={account ? t.orders : t.ordersHere}>
        <MyOrders key={account?.email} brandId={brand.id} newTab={newTab} />
      </Part>
      {account && (
        <>
          <Part title={t.addresses}>
            <Addresses brand={brand} account={account} />
          </Part>
          <Part title={t.profile}>
            <Profile key={`${account.name} ${account.phone}`} brandId={brand.id} account={account} />
          </Part>
        </>
      )}
      {(account !== null || state.consents.mode !== 'none') && (
        <Part title={t.consents}>
          <ConsentChoices brandId={brand.id} consents={state.consents} signedIn={account !== null} />
        </Part>
      )}
      <Part title={privacy.title}>
        <p className={css.none}>{privacy.lead(brand.name)}</p>
        <p>
          <a href={`/privacy/${brand.slug}`} target="_blank" rel="noopener">
            {privacy.open}
          </a>
        </p>
      </Part>
      {account && (
        <div className={css.out}>
          {/* What is on the page is of the person who left. */}
          <Button size="touch" onClick={() => void signOut().then(() => window.location.reload())}>
            {t.signOut}
          </Button>
          <p className={css.none}>{t.signOutWhy}</p>
        </div>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={css.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function SignedIn({ account }: { account: ViewerAccount }) {
  const t = useViewerText();
  return (
    <p className={css.who}>
      <span>{t.signedInAs}</span>
      <b>{account.email}</b>
    </p>
  );
}

function Profile({ brandId, account }: { brandId: string; account: ViewerAccount }) {
  const t = useViewerText();
  const [name, setName] = useState(account.name);
  const [phone, setPhone] = useState(account.phone);
  const [refused, setRefused] = useState(false);
  const [busy, setBusy] = useState(false);
  const save = async () => {
    const said = phone.normalize('NFKC').trim();
    setRefused(said !== '' && !Contact.shape.phone.safeParse(said).success);
    if (said !== '' && !Contact.shape.phone.safeParse(said).success) return;
    setBusy(true);
    try {
      keep(brandId, await call(viewerAccountApi.saveProfile, { brandId, name: name.trim(), phone: said }));
      toast(t.saved);
    } catch {
      toast(t.broken);
    } finally {
      setBusy(false);
    }
  };
  const changed = name.trim() !== account.name || phone.trim() !== account.phone;
  return (
    <form
      className={css.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      <Field
        label={t.name}
        autoComplete="name"
        maxLength={60}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t.phone}
        type="tel"
        inputMode="tel"
        autoComplete="tel"
        maxLength={20}
        value={phone}
        onChange={(event) => setPhone(event.target.value)}
        error={refused ? t.notPhone : undefined}
      />
      {changed && (
        <Button type="submit" size="touch" busy={busy}>
          {t.save}
        </Button>
      )}
    </form>
  );
}

function Addresses({ brand, account }: { brand: Brand; account: ViewerAccount }) {
  const t = useViewerText();
  const code = useLocale();
  const [adding, setAdding] = useState(false);
  const remove = (id: string) =>
    call(viewerAccountApi.removeAddress, { brandId: brand.id, id }).then(
      (state) => keep(brand.id, state),
      () => toast(t.broken),
    );
  return (
    <>
      {account.addresses.length === 0 && !adding && <p className={css.none}>{t.noAddresses}</p>}
      <ul className={css.addresses}>
        {account.addresses.map(({ id, name, address }) => (
          <li key={id}>
            <p>
              {t.person({ name })}
              <small>{addressLine(address, code)}</small>
            </p>
            <Button
              kind="quiet"
              size="touch"
              aria-label={t.removeOf({ line: addressLine(address, code) })}
              onClick={() => void remove(id)}
            >
              {t.remove}
            </Button>
          </li>
        ))}
      </ul>
      {adding ? (
        <AddressForm brand={brand} account={account} onClose={() => setAdding(false)} />
      ) : (
        <Button size="touch" onClick={() => setAdding(true)}>
          {t.add}
        </Button>
      )}
    </>
  );
}
