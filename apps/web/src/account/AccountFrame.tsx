import { useEffect, type ReactNode } from 'react';
import { LanguageSwitch } from '../staff/StaffFrame.tsx';
import css from './AccountFrame.module.css';

/** The door of the back office: one column, the language at the top. */
export function AccountFrame({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} | Engawa`;
  }, [title]);
  return (
    <div className={css.door}>
      <header className={css.bar}>
        <span className={css.name}>
          <img src="/icon.svg" width={24} height={24} alt="" />
          Engawa
        </span>
        <LanguageSwitch />
      </header>
      <main className={css.column}>
        <h1>{title}</h1>
        <p className={css.lead}>{lead}</p>
        {children}
      </main>
    </div>
  );
}
