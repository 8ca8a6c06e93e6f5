/** Text, a number, a number that is written already (an exact amount), or nothing. */
export type CsvCell = string | number | { number: string } | null;

/**
 * One row of a CSV file (RFC 4180) with its line break. Text that a spreadsheet would run as a formula is led by an apostrophe: names,
 * addresses and products come from people. Numbers are written as numbers.
 */
export function csvRow(cells: readonly CsvCell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return cell.number;
  // Leading blanks do not stop a spreadsheet, nor do the full-width signs that some of them fold.
  const text = /^\s*[=+\-@＝＋－＠\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
