import { useState, type FormEvent } from 'react';
import { ltvApi, type ValueSettings } from '#contracts/ltv';
import { staffCall, useMay } from '../../staff/session.ts';
import { Button } from '../../ui/Button.tsx';
import { Field } from '../../ui/Field.tsx';
import { Notice } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import css from './Overview.module.css';
import { useOverviewText } from './texts.ts';

const shownAs = (basisPoints: number | null) => (basisPoints === null ? '' : String(basisPoints / 100));

/** @returns undefined for what is no share; null for nothing */
function shareOf(text: string): number | null | undefined {
  const plain = text.normalize('NFKC').trim();
  if (plain === '') return null;
  const value = Math.round(Number(plain) * 100);
  return Number.isFinite(value) && value >= 0 && value <= 10_000 ? value : undefined;
}

/** The margin by which sales become value, and by how much less next year's money counts. */
export function LtvSettings({ settings, onSaved }: { settings: ValueSettings; onSaved: () => void }) {
  const t = useOverviewText();
  const mayWrite = useMay()('settings.write');
  const [margin, setMargin] = useState(shownAs(settings.marginBp));
  const [discount, setDiscount] = useState(shownAs(settings.discountBp));
  const [failed, setFailed] = useState(false);
  const [pressed, setPressed] = useState(false);
  const marginBp = shareOf(margin);
  const discountBp = shareOf(discount);
  if (!mayWrite) return null;
  const save = (event: FormEvent) => {
    event.preventDefault();
    setPressed(true);
    setFailed(false);
    if (marginBp === undefined || discountBp === undefined || discountBp === null) return;
    staffCall(ltvApi.saveSettings, { marginBp, discountBp }).then(
      () => {
        toast(t.saved);
        onSaved();
      },
      () => setFailed(true),
    );
  };
  return (
    <details className={css.settings}>
      <summary>{t.settings}</summary>
      <form onSubmit={save} noValidate>
        <Field
          label={t.margin}
          hint={t.marginHint}
          after="%"
          inputMode="decimal"
          value={margin}
          error={pressed && marginBp === undefined ? t.wrongShare : undefined}
          onChange={(event) => setMargin(event.target.value)}
        />
        <Field
          label={t.discount}
          hint={t.discountHint}
          after="%"
          inputMode="decimal"
          value={discount}
          error={pressed && (discountBp === undefined || discountBp === null) ? t.wrongShare : undefined}
          onChange={(event) => setDiscount(event.target.value)}
        />
        <Button type="submit" kind="outline">
          {t.save}
        </Button>
      </form>
      {failed && <Notice tone="failed">{t.saveFailed}</Notice>}
    </details>
  );
}
