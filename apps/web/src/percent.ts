/** "10%", "8.25%" of basis points, without a division that could round. */
export function percent(rateBp: number): string {
  const fraction = String(rateBp % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${Math.floor(rateBp / 100)}${fraction && `.${fraction}`}%`;
}
