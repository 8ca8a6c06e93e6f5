import { useEffect, type ReactNode } from 'react';
import type { Brand } from '#contracts/accounts';
import { LanguageSwitch } from '../staff/StaffFrame.tsx';
import { BrandMark } from '../ui/BrandMark.tsx';
import css from './Privacy.module.css';

interface PrivacyFrameProps {
  title: string;
  brand?: Pick<Brand, 'name' | 'logoUrl'>;
  children: ReactNode;
}

/** A page for everybody, without an account. */
export function PrivacyFrame({ title, brand, children }: PrivacyFrameProps) {
  const brandName = brand?.name;
  useEffect(() => {
    document.title = brandName === undefined ? title : `${title} | ${brandName}`;
  }, [title, brandName]);
  return (
    <div className={css.page}>
      <header className={css.bar}>
        <span className={css.brand}>
          {brand && <BrandMark brand={brand} />}
          <span>{brandName}</span>
        </span>
        <LanguageSwitch />
      </header>
      <main className={css.column}>{children}</main>
    </div>
  );
}
