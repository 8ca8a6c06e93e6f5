import { formatNumber } from '../../i18n.ts';
import type { Panel, Slot, TableTwin, TwinCell } from './types.ts';

const text = (words: string): TwinCell => ({ shown: words, csv: words });

/** A row for each slot, a column for each series. */
export function timeTwin(
  slots: readonly Slot[],
  panels: readonly Panel[],
  words: {
    time: string;
    none: string;
    more: readonly { name: string; of: (index: number) => number }[];
    note: { name: string; of: (slot: Slot) => string } | undefined;
  },
): TableTwin {
  const series = panels.flatMap((panel) => panel.series.map((one) => ({ ...one, panel })));
  return {
    columns: [
      { name: words.time },
      ...series.map(({ name }) => ({ name, numeric: true })),
      ...words.more.map(({ name }) => ({ name, numeric: true })),
      ...(words.note ? [{ name: words.note.name }] : []),
    ],
    rows: slots.map((slot, index) => [
      text(slot.label),
      ...series.map(({ values, panel }) => cellOf(values[index] ?? null, panel, words.none)),
      ...words.more.map(({ of }) => cellOf(of(index), { format: (value) => formatNumber(value) }, words.none)),
      ...(words.note ? [text(words.note.of(slot))] : []),
    ]),
  };
}

/** A number as the page writes it and as the file has it; nothing is "—" here and an empty cell there. */
export function cellOf(value: number | null, { format, csv }: Pick<Panel, 'format' | 'csv'>, none: string): TwinCell {
  if (value === null) return { shown: none, csv: null };
  return { shown: format(value), csv: csv ? csv(value) : value };
}
