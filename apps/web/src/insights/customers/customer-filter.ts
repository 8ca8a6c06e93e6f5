import {
  CustomerFilter,
  CustomerSort,
  type CustomerMetric,
  type CustomerTime,
  type LifecycleStage,
} from '#contracts/customers';

export const views = ['list', 'rfm', 'cohorts'] as const;
export type View = (typeof views)[number];

/** What is asked for, as it stands in the address of the page, so that it can be kept and sent. */
export interface Asked {
  view: View;
  filter: CustomerFilter;
  sort: CustomerSort;
  order: 'asc' | 'desc';
}

/** What an address asks for. A part that makes no sense is left out, as if it had not been there. */
export function askedOf(query: URLSearchParams): Asked {
  const sort = CustomerSort.safeParse(query.get('sort'));
  return {
    view: views.find((view) => view === query.get('view')) ?? 'list',
    filter: readFilter(query.get('filter')),
    sort: sort.success ? sort.data : 'lastSeenAt',
    order: query.get('order') === 'asc' ? 'asc' : 'desc',
  };
}

function readFilter(text: string | null): CustomerFilter {
  try {
    const filter = CustomerFilter.safeParse(JSON.parse(text ?? '{}'));
    return filter.success ? filter.data : {};
  } catch {
    return {};
  }
}

export function queryOf({ view, filter, sort, order }: Asked): URLSearchParams {
  const query = new URLSearchParams();
  if (view !== 'list') query.set('view', view);
  if (!isEmpty(filter)) query.set('filter', JSON.stringify(filter));
  if (sort !== 'lastSeenAt') query.set('sort', sort);
  if (order !== 'desc') query.set('order', order);
  return query;
}

export const isEmpty = (filter: CustomerFilter): boolean => Object.keys(filter).length === 0;

/** The filter with one field set; undefined takes it out. */
export function withField<K extends keyof CustomerFilter>(
  filter: CustomerFilter,
  field: K,
  value: CustomerFilter[K] | undefined,
): CustomerFilter {
  const { [field]: _, ...rest } = filter;
  return value === undefined || value === '' ? rest : { ...rest, [field]: value };
}

export function withStage(filter: CustomerFilter, stage: LifecycleStage, isOn: boolean): CustomerFilter {
  const stages = (filter.stages ?? []).filter((one) => one !== stage);
  if (isOn) stages.push(stage);
  return withField(filter, 'stages', stages.length > 0 ? stages : undefined);
}

type Ends<T> = { [K in 'min' | 'max']?: T };

/** Bounds of a figure, or of a day; without any bound the figure is not filtered by. */
export function withMetric(filter: CustomerFilter, metric: CustomerMetric, { min, max }: Ends<number>): CustomerFilter {
  const { [metric]: _, ...rest } = filter.metrics ?? {};
  const range = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  const metrics = Object.keys(range).length > 0 ? { ...rest, [metric]: range } : rest;
  return withField(filter, 'metrics', Object.keys(metrics).length > 0 ? metrics : undefined);
}

export function withTime(filter: CustomerFilter, time: CustomerTime, { min, max }: Ends<string>): CustomerFilter {
  const { [time]: _, ...rest } = filter.times ?? {};
  const days = { ...(min && { from: min }), ...(max && { to: max }) };
  const times = Object.keys(days).length > 0 ? { ...rest, [time]: days } : rest;
  return withField(filter, 'times', Object.keys(times).length > 0 ? times : undefined);
}
