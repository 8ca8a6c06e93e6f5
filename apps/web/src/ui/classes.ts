/** Joins class names, leaving out what is not so: classes(css.a, on && css.b). */
export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ');
}
