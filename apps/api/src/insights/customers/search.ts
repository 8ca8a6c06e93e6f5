/** Words as a search compares them: width, case and blanks do not matter. One word a line, so that nothing is found across two. */
export function searchable(words: readonly string[]): string {
  return [...new Set(words.map(plain).filter(Boolean))].join('\n');
}

/** What is looked for, as a pattern of LIKE. */
export function searchPattern(text: string): string {
  return `%${plain(text).replace(/[\\%_]/g, '\\$&')}%`;
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}
