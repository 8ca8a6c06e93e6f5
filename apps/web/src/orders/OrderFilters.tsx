import { useEffect, useState } from 'react';
import { showsApi } from '#contracts/shows';
import { staffCall } from '../staff/session.ts';
import { useLoad } from '../staff/useLoad.ts';
import { Button } from '../ui/Button.tsx';
import { Field, Select } from '../ui/Field.tsx';
import { fields, withField, type FilterField } from './order-filter.ts';
import css from './OrdersPage.module.css';
import { useOrdersText } from './texts.ts';

/** Whoever types is not asked for at every letter. */
const TYPING_PAUSE_MS = 300;

interface FiltersProps {
  query: URLSearchParams;
  onChange: (next: URLSearchParams) => void;
}

export function OrderFilters({ query, onChange }: FiltersProps) {
  const t = useOrdersText();
  const shows = useLoad('shows of orders', (signal) => staffCall(showsApi.list, {}, { signal }));
  const set = (field: FilterField, value: string) => onChange(withField(query, field, value));
  const value = (field: FilterField) => query.get(field) ?? '';
  const view = query.get('view') ?? '';
  const isFiltered = fields.some((field) => query.has(field));
  return (
    <search className={css.filters}>
      <SearchField value={value('q')} onChange={(q) => set('q', q)} />
      <Select label={t.show} value={value('showId')} onChange={(event) => set('showId', event.target.value)}>
        <option value="">{t.everyShow}</option>
        {shows.data?.shows.map((show) => (
          <option key={show.id} value={show.id}>
            {show.title}
          </option>
        ))}
      </Select>
      <Select
        label={t.method}
        value={value('paymentMethod')}
        onChange={(event) => set('paymentMethod', event.target.value)}
      >
        <option value="">{t.everyMethod}</option>
        <option value="card">{t.card}</option>
        <option value="konbini">{t.konbini}</option>
      </Select>
      <Field
        label={t.from}
        type="date"
        value={value('from')}
        onChange={(event) => set('from', event.target.value)}
        className={css.date}
      />
      <Field
        label={t.to}
        type="date"
        value={value('to')}
        onChange={(event) => set('to', event.target.value)}
        className={css.date}
      />
      {isFiltered && (
        <Button
          kind="quiet"
          size="touch"
          className={css.clear}
          onClick={() => onChange(new URLSearchParams(view ? { view } : {}))}
        >
          {t.clear}
        </Button>
      )}
    </search>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useOrdersText();
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
      placeholder={t.searchHint}
      value={typed}
      maxLength={100}
      onChange={(event) => setTyped(event.target.value)}
      className={css.search}
    />
  );
}
