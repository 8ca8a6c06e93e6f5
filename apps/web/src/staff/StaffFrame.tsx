import { CircleUser, Languages } from 'lucide-react';
import { useEffect, useId, useState, type ReactNode } from 'react';
import { Link, NavLink } from 'react-router';
import { setLocale, useLocale } from '../i18n.ts';
import { LedgerNotice } from '../ledger/LedgerNotice.tsx';
import { BrandMark } from '../ui/BrandMark.tsx';
import { signOut, useMay, useSession } from './session.ts';
import css from './StaffFrame.module.css';
import { StaffOnly } from './StaffOnly.tsx';
import { useStaffText } from './texts.ts';

/** The back office: the bar with its places, and the page below. Each page wraps itself in it and names itself. */
export function StaffFrame({ title, children }: { title: string; children: ReactNode }) {
  return (
    <StaffOnly>
      <Frame title={title}>{children}</Frame>
    </StaffOnly>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  const t = useStaffText();
  const { brand } = useSession();
  const mayDo = useMay();
  useEffect(() => {
    document.title = `${title} | ${brand.name}`;
  }, [title, brand.name]);
  return (
    <div className={css.frame}>
      <a className={css.skip} href="#content">
        {t.skip}
      </a>
      <header className={css.bar}>
        <Link to="/shows" className={css.home}>
          <BrandMark brand={brand} />
          <span>{brand.name}</span>
        </Link>
        <nav aria-label={t.mainNav} className={css.nav}>
          <NavLink to="/shows">{t.shows}</NavLink>
          {mayDo('orders.read') && <NavLink to="/orders">{t.orders}</NavLink>}
          <NavLink to="/products">{t.products}</NavLink>
          {mayDo('catalog.read') && <NavLink to="/coupons">{t.coupons}</NavLink>}
          <NavLink to="/insights">{t.insights}</NavLink>
          {mayDo('mails.read') && <NavLink to="/mails">{t.mails}</NavLink>}
          {mayDo('settings.write') && <NavLink to="/settings">{t.settings}</NavLink>}
        </nav>
        <div className={css.me}>
          <LanguageSwitch />
          <MemberMenu />
        </div>
      </header>
      <main id="content" tabIndex={-1} className={css.page}>
        {mayDo('orders.read') && <LedgerNotice />}
        {children}
      </main>
    </div>
  );
}

export function LanguageSwitch() {
  const t = useStaffText();
  const other = useLocale() === 'ja' ? 'en' : 'ja';
  return (
    <button
      type="button"
      className={css.item}
      lang={other}
      aria-label={t.languageLabel}
      onClick={() => setLocale(other)}
    >
      <Languages size={16} strokeWidth={2} aria-hidden />
      <span>{t.language}</span>
    </button>
  );
}

function MemberMenu() {
  const t = useStaffText();
  const mayDo = useMay();
  const { member, brand } = useSession();
  const [failed, setFailed] = useState(false);
  const id = useId();
  return (
    <>
      <button type="button" className={css.item} popoverTarget={id} aria-label={`${t.account}: ${member.name}`}>
        <CircleUser size={16} strokeWidth={2} aria-hidden />
        <span className={css.memberName}>{member.name}</span>
      </button>
      <div id={id} popover="auto" className={css.menu}>
        <p className={css.who}>
          <b>{member.name}</b>
          <span>{t[member.role]}</span>
        </p>
        <p className={css.small}>{member.email}</p>
        <p className={css.small}>{t.timeZone(brand.timeZone)}</p>
        {mayDo('orders.read') && (
          <Link to="/ledger" className={css.small}>
            {t.ledger}
          </Link>
        )}
        {failed && (
          <p role="alert" className={css.failed}>
            {t.signOutFailed}
          </p>
        )}
        <button
          type="button"
          className={css.out}
          onClick={() => {
            setFailed(false);
            signOut().catch(() => setFailed(true));
          }}
        >
          {t.signOut}
        </button>
      </div>
    </>
  );
}
