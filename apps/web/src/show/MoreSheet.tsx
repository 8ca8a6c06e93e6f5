import { Check, CircleUserRound, Ear, Languages, PenLine, Scale, Share, ShieldCheck } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { Brand } from '#contracts/accounts';
import { setLocale, useLocale } from '../i18n.ts';
import { Sheet } from '../ui/Sheet.tsx';
import css from './MoreSheet.module.css';
import { keepNickname } from './nickname.ts';
import { usePrivacyText } from '../privacy/texts.ts';
import { useShowText } from './texts.ts';

const AccountSheet = lazy(() => import('../viewer/AccountSheet.tsx'));

interface MoreSheetProps {
  brand: Brand;
  onClose: () => void;
  onShare: () => void;
  readAloud: boolean;
  onReadAloud: (on: boolean) => void;
}

export default function MoreSheet({ brand, onClose, onShare, readAloud, onReadAloud }: MoreSheetProps) {
  const t = useShowText();
  const privacy = usePrivacyText();
  const other = useLocale() === 'ja' ? 'en' : 'ja';
  const [account, setAccount] = useState(false);
  const and = (act: () => void) => () => {
    act();
    onClose();
  };
  if (account) {
    return (
      <Suspense fallback={null}>
        <AccountSheet brand={brand} onClose={onClose} />
      </Suspense>
    );
  }
  return (
    <Sheet title={t.more} onClose={onClose} theme="dark">
      <ul className={css.list}>
        <li>
          <button type="button" onClick={() => setAccount(true)}>
            <CircleUserRound size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.account}
          </button>
        </li>
        <li>
          <button type="button" onClick={and(onShare)}>
            <Share size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.share}
          </button>
        </li>
        <li>
          <button type="button" lang={other} aria-label={t.languageName} onClick={and(() => setLocale(other))}>
            <Languages size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.language}
          </button>
        </li>
        <li>
          <button type="button" onClick={and(() => keepNickname(''))}>
            <PenLine size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.changeName}
          </button>
        </li>
        <li>
          <button type="button" role="switch" aria-checked={readAloud} onClick={() => onReadAloud(!readAloud)}>
            <Ear size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.readAloud}
            {readAloud ? <Check className={css.on} size={20} strokeWidth={2} aria-hidden="true" /> : null}
          </button>
        </li>
        <li>
          <a href={`/legal/${brand.slug}`} target="_blank" rel="noopener">
            <Scale size={20} strokeWidth={1.75} aria-hidden="true" />
            {t.legal}
          </a>
        </li>
        <li>
          <a href={`/privacy/${brand.slug}`} target="_blank" rel="noopener">
            <ShieldCheck size={20} strokeWidth={1.75} aria-hidden="true" />
            {privacy.title}
          </a>
        </li>
      </ul>
    </Sheet>
  );
}
