import { Plus, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  customerMetrics,
  customersApi,
  customerTimes,
  lifecycleStages,
  type CustomerFilter,
  type CustomerMetric,
  type CustomerTime,
} from '#contracts/customers';
import { parseMoney, type Currency } from '#contracts/money';
import { formatDate, formatNumber, money, useLocale } from '../../i18n.ts';
import { staffCall, useMay, useSession } from '../../staff/session.ts';
import { useLoad } from '../../staff/useLoad.ts';
import { Button } from '../../ui/Button.tsx';
import { Field, Select } from '../../ui/Field.tsx';
import { isEmpty, withField, withMetric, withStage, withTime } from './customer-filter.ts';
import { metricName, useCustomerWords } from './customer-words.ts';
import css from './Customers.module.css';
import { useCustomersText } from './texts.ts';

/** Whoever types is not asked for at every letter. */
const TYPING_PAUSE_MS = 300;
const moneyMetrics = new Set<string>(['netAmount', 'gmvAmount', 'averageAmount', 'predictedAmount']);
const isTime = (condition: string): condition is CustomerTime =>
  (customerTimes as readonly string[]).includes(condition);

interface FiltersProps {
  filter: CustomerFilter;
  onChange: (next: CustomerFilter) => void;
}

export function CustomerFilters({ filter, onChange }: FiltersProps) {
  const t = useCustomersText();
  const words = useCustomerWords();
  const sources = useLoad('customer sources', (signal) => staffCall(customersApi.sources, {}, { signal }));
  const [adding, setAdding] = useState(false);
  return (
    <search className={css.filters}>
      <div className={css.firstRow}>
        <SearchField value={filter.q ?? ''} onChange={(q) => onChange(withField(filter, 'q', q))} />
        <Select
          label={t.source}
          value={filter.source ?? ''}
          onChange={(event) => onChange(withField(filter, 'source', event.target.value))}
        >
          <option value="">{t.everySource}</option>
          {[...new Set([...(sources.data?.sources ?? []), ...(filter.source ? [filter.source] : [])])].map((source) => (
            <option key={source} value={source}>
              {source === 'direct' ? t.direct : source}
            </option>
          ))}
        </Select>
        <div className={css.switches}>
          <Check
            label={t.consent}
            checked={filter.consent === true}
            onChange={(isOn) => onChange(withField(filter, 'consent', isOn || undefined))}
          />
          <Check
            label={t.guests}
            checked={filter.guests === true}
            onChange={(isOn) => onChange(withField(filter, 'guests', isOn || undefined))}
          />
        </div>
      </div>
      <div className={css.chips} role="group" aria-label={t.stages}>
        {lifecycleStages.map((stage) => {
          const isOn = filter.stages?.includes(stage) ?? false;
          return (
            <button
              key={stage}
              type="button"
              className={css.chip}
              aria-pressed={isOn}
              onClick={() => onChange(withStage(filter, stage, !isOn))}
            >
              {words[stage]}
            </button>
          );
        })}
        <Conditions filter={filter} onChange={onChange} />
        <Button kind="quiet" size="small" aria-expanded={adding} onClick={() => setAdding((now) => !now)}>
          <Plus size={16} strokeWidth={2} aria-hidden />
          {t.more}
        </Button>
        {!isEmpty(filter) && (
          <Button kind="quiet" size="small" onClick={() => onChange({})}>
            {t.clear}
          </Button>
        )}
      </div>
      {adding && (
        <NewCondition
          onAdd={(change) => {
            onChange(change(filter));
            setAdding(false);
          }}
        />
      )}
    </search>
  );
}

function Check({ label, checked, onChange }: { label: string; checked: boolean; onChange: (isOn: boolean) => void }) {
  return (
    <label className={css.check}>
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useCustomersText();
  const mayDo = useMay();
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return;
    const timer = setTimeout(() => onChange(typed.trim()), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return (
    <Field
      label={t.search}
      type="search"
      placeholder={mayDo('people.read') ? t.searchHint : t.searchHintHost}
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.target.value)}
    />
  );
}

/** Bounds of figures and days, each as a chip that takes it out again. */
function Conditions({ filter, onChange }: FiltersProps) {
  const t = useCustomersText();
  const words = useCustomerWords();
  const { brand } = useSession();
  useLocale();
  const chips = [
    ...Object.entries(filter.metrics ?? {}).map(([key, range]) => {
      const metric = key as CustomerMetric;
      const shown = (value: number | undefined) =>
        value === undefined ? '' : valueWords(metric, value, brand.currency);
      return {
        key,
        words:
          range?.min !== undefined && range.min === range.max
            ? `${metricName(words, metric)} ${shown(range.min)}`
            : t.between(metricName(words, metric), shown(range?.min), shown(range?.max)),
        without: () => withMetric(filter, metric, {}),
      };
    }),
    ...Object.entries(filter.times ?? {}).map(([key, days]) => {
      const time = key as CustomerTime;
      const shown = (day: string | undefined) => (day ? formatDate(`${day}T12:00:00Z`, 'UTC') : '');
      return {
        key,
        words: t.between(metricName(words, time), shown(days?.from), shown(days?.to)),
        without: () => withTime(filter, time, {}),
      };
    }),
  ];
  return chips.map((chip) => (
    <button
      key={chip.key}
      type="button"
      className={css.chip}
      aria-label={t.remove(chip.words)}
      aria-pressed="true"
      onClick={() => onChange(chip.without())}
    >
      {chip.words}
      <X size={14} strokeWidth={2.2} aria-hidden />
    </button>
  ));
}

function valueWords(metric: CustomerMetric, value: number, currency: Currency): string {
  if (moneyMetrics.has(metric)) return money(value, currency);
  if (metric === 'pAlive') return formatNumber(value, { style: 'percent' });
  return formatNumber(metric === 'watchSeconds' ? value / 60 : value);
}

/** As a person writes a bound, in the unit of the figure: money as money, minutes, per cent. */
function readBound(metric: CustomerMetric, text: string, currency: Currency): number | undefined {
  if (text.trim() === '') return undefined;
  if (moneyMetrics.has(metric)) return parseMoney(text, currency) ?? undefined;
  const value = Number(text.normalize('NFKC'));
  if (!Number.isFinite(value)) return undefined;
  return metric === 'pAlive' ? value / 100 : metric === 'watchSeconds' ? value * 60 : value;
}

function NewCondition({ onAdd }: { onAdd: (change: (filter: CustomerFilter) => CustomerFilter) => void }) {
  const t = useCustomersText();
  const words = useCustomerWords();
  const { brand } = useSession();
  const [condition, setCondition] = useState<CustomerMetric | CustomerTime>('netAmount');
  const [min, setMin] = useState('');
  const [max, setMax] = useState('');
  const days = isTime(condition);
  const unit = days
    ? undefined
    : moneyMetrics.has(condition)
      ? money(0, brand.currency).replace(/[\d.,]/g, '')
      : condition === 'pAlive'
        ? t.perPercent
        : condition === 'watchSeconds'
          ? t.minutesUnit
          : undefined;
  const add = () =>
    onAdd((filter) =>
      isTime(condition)
        ? withTime(filter, condition, { min, max })
        : withMetric(filter, condition, {
            ...boundOf('min', readBound(condition, min, brand.currency)),
            ...boundOf('max', readBound(condition, max, brand.currency)),
          }),
    );
  return (
    <form
      className={css.newCondition}
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
    >
      <Select
        label={t.condition}
        value={condition}
        onChange={(event) => {
          setCondition(event.target.value as CustomerMetric | CustomerTime);
          setMin('');
          setMax('');
        }}
      >
        {[...customerMetrics, ...customerTimes].map((key) => (
          <option key={key} value={key}>
            {metricName(words, key)}
          </option>
        ))}
      </Select>
      <Field
        label={days ? t.from : t.atLeast}
        type={days ? 'date' : 'text'}
        inputMode={days ? undefined : 'decimal'}
        value={min}
        after={unit}
        onChange={(event) => setMin(event.target.value)}
      />
      <Field
        label={days ? t.to : t.atMost}
        type={days ? 'date' : 'text'}
        inputMode={days ? undefined : 'decimal'}
        value={max}
        after={unit}
        onChange={(event) => setMax(event.target.value)}
      />
      <Button type="submit" size="touch">
        {t.add}
      </Button>
    </form>
  );
}

const boundOf = (end: 'min' | 'max', value: number | undefined) => (value === undefined ? {} : { [end]: value });
