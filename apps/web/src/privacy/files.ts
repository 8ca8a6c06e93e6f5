import type { Erasure, PersonExport } from '#contracts/privacy';

/** Offers the text as a file of this name, without leaving the page. */
function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}

const dayOf = (time: string) => time.slice(0, 10);

export function saveExport(data: PersonExport): void {
  const name = `engawa-data-${dayOf(data.about.exportedAt)}.json`;
  save(name, 'application/json', `${JSON.stringify(data, null, 2)}\n`);
}

/** As it was signed, and nothing around it: the file itself is the receipt. */
export function saveReceipt({ receipt, erasedAt }: Pick<Erasure, 'receipt' | 'erasedAt'>): void {
  save(`engawa-receipt-${dayOf(erasedAt)}.jws.txt`, 'text/plain', `${receipt}\n`);
}
