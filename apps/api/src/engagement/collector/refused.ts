import { collectorLimits, type RejectionReason } from '#contracts/collector';

/** Thrown by the checks of one event: the place in it, in dots, and what is wrong there. */
export class Refused extends Error {
  constructor(
    readonly field: string,
    readonly reason: RejectionReason,
  ) {
    super(`${field}: ${reason}`);
  }
}

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names that mean something else to JavaScript than to who sent them. */
const reservedNames = new Set(['__proto__', 'prototype', 'constructor']);

/** @throws Refused where the event holds what no field of any event may. */
export function checkTree(event: Fields): void {
  let names = 0;
  const look = (value: unknown, path: string, depth: number): void => {
    if (typeof value === 'string') {
      if (value.length > collectorLimits.textLength) throw new Refused(path, 'too_long');
      // PostgreSQL keeps neither in a JSON value.
      if (value.includes('\0') || !value.isWellFormed()) throw new Refused(path, 'not_keepable');
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    if (depth > collectorLimits.depth) throw new Refused(path, 'too_deep');
    if (Array.isArray(value)) {
      for (const one of value) look(one, path, depth + 1);
      return;
    }
    for (const name in value) {
      const own = path === '' ? name : `${path}.${name}`;
      if (name.length > collectorLimits.nameLength) throw new Refused(path, 'too_long');
      if (name.includes('\0') || !name.isWellFormed()) throw new Refused(path, 'not_keepable');
      if (reservedNames.has(name)) throw new Refused(own, 'reserved');
      names += 1;
      look((value as Fields)[name], own, depth + 1);
    }
  };
  look(event, '', 0);
  if (names <= collectorLimits.properties) return;
  for (const part of ['properties', 'traits', 'context']) {
    if (countNames(event[part]) > collectorLimits.properties) throw new Refused(part, 'too_many');
  }
}

/** Different ones: the fields of a list's items count once. */
function countNames(value: unknown): number {
  const paths = new Set<string>();
  const look = (one: unknown, path: string): void => {
    if (Array.isArray(one)) for (const item of one) look(item, path);
    else if (isFields(one)) {
      for (const name of Object.keys(one)) {
        paths.add(`${path}.${name}`);
        look(one[name], `${path}.${name}`);
      }
    }
  };
  look(value, '');
  return paths.size;
}
