import { csvRow, type CsvCell } from '#contracts/csv';
import type { TableTwin } from './charts/types.ts';

/** A CSV file that Excel reads as UTF-8. Text that a spreadsheet would run is led by an apostrophe (contracts/csv.ts). */
export function toCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return `\uFEFF${[header, ...rows].map(csvRow).join('')}`;
}

/** The file of a chart: the numbers of its table, as numbers. */
export function twinCsv({ columns, rows }: TableTwin): string {
  return toCsv(
    columns.map(({ name }) => name),
    rows.map((row) => row.map(({ csv }) => csv)),
  );
}

/** Offers the text as a file of this name, without leaving the page. */
export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
