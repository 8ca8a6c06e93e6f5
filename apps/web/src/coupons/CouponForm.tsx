import { useEffect, useRef, useState, type FormEvent } from 'react';
import { dealsApi } from '#contracts/deals';
import { ApiError } from '../api.ts';
import { serverNow } from '../clock.ts';
import { money } from '../i18n.ts';
import { issuePaths, noIssues, type Issues } from '../staff/form-issues.ts';
import { staffCall, useSession } from '../staff/session.ts';
import { Button } from '../ui/Button.tsx';
import { Chips } from '../ui/Chips.tsx';
import { Field } from '../ui/Field.tsx';
import { Sheet } from '../ui/Sheet.tsx';
import { Notice } from '../ui/states.tsx';
import { toast } from '../ui/toast.tsx';
import { emptyCoupon, readCoupon, type CouponDraft } from './coupon-draft.ts';
import css from './CouponsPage.module.css';
import { useCouponText } from './texts.ts';

/** A new coupon. What it grants cannot be changed later: orders name it. */
export function CouponForm({ onMade, onClose }: { onMade: () => void; onClose: () => void }) {
  const t = useCouponText();
  const { brand } = useSession();
  const [draft, setDraft] = useState(() => emptyCoupon(serverNow(), brand.timeZone));
  const [issues, setIssues] = useState<Issues>(noIssues);
  const [problem, setProblem] = useState<string | null>(null);
  const [taken, setTaken] = useState(false);
  const [busy, setBusy] = useState(false);
  const code = useRef<HTMLInputElement>(null);
  useEffect(() => code.current?.focus(), []);
  const change = (part: Partial<CouponDraft>) => setDraft((before) => ({ ...before, ...part }));
  const error = (path: string, words: string) => (issues.has(path) ? words : undefined);

  function refuse(found: Issues, words: string): void {
    setIssues(found);
    setProblem(words);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('dialog [aria-invalid=true]')?.focus());
  }

  async function save(): Promise<void> {
    const read = readCoupon(draft, brand);
    setTaken(false);
    if ('issues' in read) return refuse(read.issues, t.fixFields);
    setIssues(noIssues);
    setProblem(null);
    setBusy(true);
    try {
      const made = await staffCall(dealsApi.createCoupon, read.input);
      toast(t.saved({ code: made.code }));
      onMade();
      onClose();
    } catch (refusal) {
      setBusy(false);
      if (!(refusal instanceof ApiError)) throw refusal;
      const found = refusal.code === 'invalid_request' ? issuePaths(refusal.details.issues) : noIssues;
      // The form has judged the code's letters already: what the server alone can know is that it is in use.
      setTaken(found.has('code'));
      const words = { invalid_request: t.fixFields, unavailable: t.unavailable, forbidden: t.forbidden };
      refuse(found, refusal.code in words ? words[refusal.code as keyof typeof words] : t.failed);
    }
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void save();
  };
  const sign = money(0, brand.currency).replace(/[\d.,\s]/g, '');
  const text = (field: Exclude<keyof CouponDraft, 'firstOrderOnly' | 'combinable' | 'kind'>) => ({
    value: draft[field],
    onChange: (event: { target: { value: string } }) => change({ [field]: event.target.value }),
    autoComplete: 'off',
  });
  return (
    <Sheet
      title={t.add}
      onClose={onClose}
      foot={
        <div className={css.foot}>
          {problem === null ? null : <Notice tone="failed">{problem}</Notice>}
          <Button size="touch" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button type="submit" form="coupon" kind="fill" size="touch" busy={busy}>
            {t.save}
          </Button>
        </div>
      }
    >
      <form id="coupon" className={css.form} noValidate onSubmit={submit}>
        <Field
          label={t.code}
          hint={t.codeHint}
          maxLength={24}
          ref={code}
          spellCheck={false}
          autoCapitalize="characters"
          className={css.code}
          {...text('code')}
          error={error('code', taken ? t.codeTaken : t.codeError)}
        />
        <Chips
          legend={t.discount}
          name="kind"
          chosen={draft.kind}
          choices={[
            { value: 'percent', words: t.percent },
            { value: 'amount', words: t.amount },
          ]}
          onChoose={(value) => change({ kind: value === 'amount' ? 'amount' : 'percent' })}
        />
        {draft.kind === 'percent' ? (
          <Field
            label={t.percentLabel}
            inputMode="numeric"
            after="%"
            {...text('percent')}
            error={error('value', t.percentError)}
          />
        ) : (
          <Field
            label={t.amountLabel}
            inputMode="decimal"
            before={sign}
            {...text('amount')}
            error={error('value', t.amountError)}
          />
        )}
        <Field
          label={t.minimum}
          hint={t.minimumHint}
          inputMode="decimal"
          before={sign}
          {...text('minimum')}
          error={error('minimumAmount', t.minimumError)}
        />
        <div className={css.pair}>
          <Field
            label={t.perBuyer}
            hint={t.perBuyerHint}
            inputMode="numeric"
            after={t.perBuyerAfter}
            {...text('perBuyer')}
            error={error('perBuyer', t.perBuyerError)}
          />
          <Field
            label={t.total}
            hint={t.totalHint}
            inputMode="numeric"
            after={t.perBuyerAfter}
            {...text('total')}
            error={error('total', t.totalError)}
          />
        </div>
        <label className={css.check}>
          <input
            type="checkbox"
            checked={draft.firstOrderOnly}
            onChange={(event) => change({ firstOrderOnly: event.target.checked })}
          />
          {t.firstOrderOnly}
        </label>
        <label className={css.check}>
          <input
            type="checkbox"
            checked={draft.combinable}
            onChange={(event) => change({ combinable: event.target.checked })}
          />
          {t.combinable}
        </label>
        <Field
          label={t.startsAt}
          hint={t.zone({ zone: brand.timeZone })}
          type="datetime-local"
          {...text('startsAt')}
          error={error('startsAt', t.startsAtError)}
        />
        <Field
          label={t.endsAt}
          hint={t.endsAtHint}
          type="datetime-local"
          {...text('endsAt')}
          error={error('endsAt', t.endsAtError)}
        />
      </form>
    </Sheet>
  );
}
