import { OrderFilter } from '#contracts/orders';

export const views = [
  'all',
  'to_ship',
  'pending',
  'shipped',
  'refunded',
  'canceled',
  'disputed',
  'refund_failed',
] as const;
export type View = (typeof views)[number];

/** What each tab of the list lets through. */
const viewFilters: Record<View, OrderFilter> = {
  all: {},
  to_ship: { shipped: 'no', disputed: 'no' },
  pending: { state: 'pending' },
  shipped: { shipped: 'yes' },
  refunded: { state: 'refunded' },
  canceled: { state: 'canceled' },
  disputed: { disputed: 'yes' },
  refund_failed: { refundFailed: 'yes' },
};

export const fields = ['q', 'showId', 'paymentMethod', 'from', 'to'] as const;
export type FilterField = (typeof fields)[number];

export function viewOf(query: URLSearchParams): View {
  return views.find((view) => view === query.get('view')) ?? 'all';
}

/** The filter of an address; a field that makes no sense is left out, as if it had not been there. */
export function filterOf(query: URLSearchParams): OrderFilter {
  const asked = fields.flatMap((field) => {
    const value = query.get(field)?.trim();
    const one = { [field]: value };
    return value && OrderFilter.safeParse(one).success ? [one] : [];
  });
  return Object.assign({}, ...asked, viewFilters[viewOf(query)]) as OrderFilter;
}

/** The address with one field set, or taken out. */
export function withField(query: URLSearchParams, field: FilterField | 'view', value: string): URLSearchParams {
  const next = new URLSearchParams(query);
  if (value === '' || value === 'all') next.delete(field);
  else next.set(field, value);
  return next;
}
