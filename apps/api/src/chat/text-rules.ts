import { AppError } from '#platform/app-error';

/** Characters that reorder what stands around them: with these a message can be made to read as somebody else's. */
const bidiControls = /[\u202A-\u202E\u2066-\u2069]/u;
const controls = /[\p{Cc}\u2028\u2029]/u;
/** A tower of marks on one letter spills over the lines above. Four cover Vietnamese, Hebrew and emoji sequences. */
const markTower = /\p{M}{5,}/u;
/** Nothing that could be seen. */
const invisible = /^[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Z}\p{M}\u2800]*$/u;

/**
 * The text as it is kept: line breaks and tabs become spaces.
 * @throws text_not_allowed { path, reason }
 */
export function checkedText(path: 'text' | 'name', value: string): string {
  const text = value.replace(/[\r\n\t]+/g, ' ').trim();
  const refuse = (reason: string) => new AppError('text_not_allowed', { path, reason });
  if (bidiControls.test(text)) throw refuse('bidi');
  if (controls.test(text)) throw refuse('control');
  if (markTower.test(text.normalize('NFD'))) throw refuse('marks');
  if (invisible.test(text)) throw refuse('empty');
  return text;
}
