import { useEffect, useRef, useState, type FormEvent } from 'react';
import { dealsApi } from '#contracts/deals';
import type { Offer } from '#contracts/shows';
import { ApiError } from '../../api.ts';
import { money } from '../../i18n.ts';
import { issuePaths } from '../../staff/form-issues.ts';
import { staffCall } from '../../staff/session.ts';
import { Button } from '../../ui/Button.tsx';
import { Chips } from '../../ui/Chips.tsx';
import { Field } from '../../ui/Field.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { Notice } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { leftOf } from '../stock.ts';
import {
  firstDraft,
  parseDuration,
  pricesOf,
  readDraft,
  variantsOf,
  type DealDraft,
  type DealField,
  type DealHabit,
} from './deal-draft.ts';
import css from './DealForm.module.css';
import { useDealDeskText } from './texts.ts';

const DURATIONS = [30, 60, 180, 300, 600, 1200];
const PERCENTS = ['10', '20', '30', '50'];
const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

interface DealFormProps {
  showId: string;
  offer: Offer;
  habit: DealHabit | undefined;
  onStarted: (habit: DealHabit) => void;
  onClose: () => void;
}

/** A flash deal of one product: filled in already, so that the next press starts it. */
export function DealForm({ showId, offer, habit, onStarted, onClose }: DealFormProps) {
  const t = useDealDeskText();
  const [draft, setDraft] = useState(() => firstDraft(offer, habit));
  const [faults, setFaults] = useState<ReadonlySet<DealField>>(new Set());
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const go = useRef<HTMLButtonElement>(null);
  useEffect(() => go.current?.focus(), []);
  const change = (part: Partial<DealDraft>) => {
    setDraft((before) => ({ ...before, ...part }));
    setFaults(new Set());
    setProblem(null);
  };
  const prices = pricesOf(draft, offer);
  const cheapest = Math.min(...variantsOf(draft, offer).map(({ priceAmount }) => priceAmount));
  const seconds = parseDuration(draft.duration);
  const error = (field: DealField, words: string) => (faults.has(field) ? words : undefined);

  function refuse(marked: ReadonlySet<DealField>, words: string): void {
    setFaults(marked);
    setProblem(words);
    requestAnimationFrame(() => document.querySelector<HTMLElement>('dialog [aria-invalid=true]')?.focus());
  }

  async function start(): Promise<void> {
    const read = readDraft(draft, offer);
    if ('faults' in read) return refuse(read.faults, t.invalid);
    setProblem(null);
    setBusy(true);
    try {
      await staffCall(dealsApi.start, { showId, offerId: offer.id, ...read.terms });
      const { kind, percent, perBuyer, duration } = draft;
      onStarted({ kind, percent, perBuyer, duration });
      toast(t.started(offer.name));
      onClose();
    } catch (refusal) {
      setBusy(false);
      if (!(refusal instanceof ApiError)) throw refusal;
      refuse(faultsOf(refusal), wordsOf(refusal));
    }
  }

  function wordsOf({ code }: ApiError): string {
    const words: Partial<Record<ApiError['code'], string>> = {
      deal_running: t.running,
      show_ended: t.ended,
      not_found: t.gone,
      forbidden: t.forbidden,
      invalid_request: t.invalid,
      unavailable: t.unavailable,
    };
    return words[code] ?? t.failed;
  }

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void start();
  };
  const priceNow = prices[0] ? money(prices[0].now, offer.currency) : null;
  return (
    <Sheet
      title={t.title(offer.name)}
      place="dialog"
      className={css.sheet}
      onClose={onClose}
      foot={
        <div className={css.foot}>
          {problem === null ? null : <Notice tone="failed">{problem}</Notice>}
          <Button size="touch" onClick={onClose}>
            {t.cancel}
          </Button>
          <Button ref={go} type="submit" form="deal" kind="fill" size="touch" busy={busy}>
            {priceNow !== null && seconds !== null ? t.go(priceNow, seconds) : t.goPlain}
          </Button>
        </div>
      }
    >
      <form id="deal" className={css.form} noValidate onSubmit={submit}>
        {offer.variants.length > 1 ? (
          <Chips
            legend={t.variant}
            name="variant"
            chosen={draft.variantId ?? ''}
            choices={[
              { value: '', words: t.allVariants },
              ...offer.variants.map(({ variantId, name }) => ({ value: variantId, words: name })),
            ]}
            onChoose={(value) => change({ variantId: value === '' ? null : value })}
          />
        ) : null}
        <Chips
          legend={t.discount}
          name="kind"
          chosen={draft.kind}
          choices={[
            { value: 'percent', words: t.percent },
            { value: 'price', words: t.price },
          ]}
          onChoose={(value) => change({ kind: value === 'price' ? 'price' : 'percent' })}
        />
        <div className={css.value}>
          {draft.kind === 'percent' ? (
            <>
              <Field
                label={t.percentLabel}
                inputMode="numeric"
                autoComplete="off"
                after="%"
                value={draft.percent}
                onChange={(event) => change({ percent: event.target.value })}
                error={error('value', t.percentError)}
              />
              <Chips
                legend={t.percentLabel}
                hideLegend
                name="percent"
                chosen={draft.percent}
                choices={PERCENTS.map((value) => ({ value, words: `${value}%` }))}
                onChoose={(percent) => change({ percent })}
              />
            </>
          ) : (
            <Field
              label={t.priceLabel}
              inputMode="decimal"
              autoComplete="off"
              before={money(0, offer.currency).replace(/[\d.,\s]/g, '')}
              value={draft.price}
              onChange={(event) => change({ price: event.target.value })}
              error={error('value', t.priceError(money(cheapest, offer.currency)))}
            />
          )}
        </div>
        <output className={css.prices}>
          {prices.slice(0, 4).map(({ list, now }) => (
            <span key={list}>
              <s>{money(list, offer.currency)}</s>
              <b>{money(now, offer.currency)}</b>
            </span>
          ))}
        </output>
        <div className={css.pair}>
          <Field
            label={t.quantity}
            inputMode="numeric"
            autoComplete="off"
            after={t.unit}
            hint={t.quantityHint(leftOf({ variants: variantsOf(draft, offer) }))}
            value={draft.quantity}
            onChange={(event) => change({ quantity: event.target.value })}
            error={error('quantity', t.quantityError)}
          />
          <Field
            label={t.perBuyer}
            inputMode="numeric"
            autoComplete="off"
            after={t.perBuyerAfter}
            value={draft.perBuyer}
            onChange={(event) => change({ perBuyer: event.target.value })}
            error={error('perBuyer', t.perBuyerError)}
          />
        </div>
        <div className={css.value}>
          <Field
            label={t.duration}
            autoComplete="off"
            hint={t.durationHint}
            value={draft.duration}
            onChange={(event) => change({ duration: event.target.value })}
            error={error('duration', t.durationError)}
          />
          <Chips
            legend={t.duration}
            hideLegend
            name="duration"
            chosen={seconds === null ? '' : String(seconds)}
            choices={DURATIONS.map((value) => ({ value: String(value), words: t.time(value) }))}
            onChoose={(value) => change({ duration: clock(Number(value)) })}
          />
        </div>
      </form>
    </Sheet>
  );
}

/** The fields that the server named. */
function faultsOf({ details }: ApiError): Set<DealField> {
  const paths = issuePaths(details.issues);
  const fields: Record<string, DealField> = {
    value: 'value',
    quantity: 'quantity',
    perBuyer: 'perBuyer',
    seconds: 'duration',
  };
  return new Set(Object.entries(fields).flatMap(([path, field]) => (paths.has(path) ? [field] : [])));
}
