import { Languages } from 'lucide-react';
import { setLocale, useLocale } from '../i18n.ts';
import { Button } from '../ui/Button.tsx';
import { useShowText } from './texts.ts';

/** The other of the two languages, named in itself. */
export function LanguageSwitch({ className }: { className?: string }) {
  const t = useShowText();
  const other = useLocale() === 'ja' ? 'en' : 'ja';
  return (
    <Button
      kind="quiet"
      size="touch"
      className={className}
      lang={other}
      aria-label={t.languageName}
      onClick={() => setLocale(other)}
    >
      <Languages size={20} strokeWidth={1.75} aria-hidden="true" />
      {t.language}
    </Button>
  );
}
