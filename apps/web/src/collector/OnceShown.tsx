import type { ReactNode } from 'react';
import { Button } from '../ui/Button.tsx';
import { Notice } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import css from './Collector.module.css';
import { useCollectorText } from './texts.ts';

/** A secret that the server has forgotten already: it is here to be copied, and gone with the page. */
export function OnceShown({ title, value, children }: { title: string; value: string; children?: ReactNode }) {
  const t = useCollectorText();
  return (
    <div className={css.secret}>
      <h3>{title}</h3>
      <Notice tone="caution">{t.once}</Notice>
      <p className={css.value}>
        <code>{value}</code>
        <CopyButton text={value} />
      </p>
      {children}
    </div>
  );
}

export function CopyButton({ text }: { text: string }) {
  const t = useCollectorText();
  return (
    <Button
      size="small"
      onClick={() =>
        void navigator.clipboard.writeText(text).then(
          () => toast(t.copied),
          () => toast(t.failed),
        )
      }
    >
      {t.copy}
    </Button>
  );
}
