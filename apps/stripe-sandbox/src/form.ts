import { invalidRequest } from './errors.ts';

export type FormValue = string | FormValue[] | { [key: string]: FormValue };
export type Form = { [key: string]: FormValue };

/**
 * Reads a query or a form-encoded body with Stripe's brackets: `a[b]=1`, `a[0]=1`, `a[]=1`. Every value is still a string;
 * the schema of the request says what it means. Objects have no prototype, so that a key such as `__proto__` is a key.
 */
export function parseForm(text: string): Form {
  const form = emptyForm();
  for (const [key, value] of new URLSearchParams(text)) {
    const [name, rest] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key)?.slice(1) ?? [];
    if (name === undefined || rest === undefined) throw invalidRequest(`Invalid parameter name: ${key}`, key);
    put(form, [name, ...[...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '')], value, key);
  }
  return arrays(form) as Form;
}

function emptyForm(): Form {
  return Object.create(null) as Form;
}

function put(form: Form, path: string[], value: string, whole: string): void {
  const [head = '', ...rest] = path;
  const key = head === '' ? String(Object.keys(form).length) : head;
  if (rest.length === 0) {
    form[key] = value;
    return;
  }
  const inner = (form[key] ??= emptyForm());
  if (typeof inner === 'string' || Array.isArray(inner)) throw invalidRequest(`Invalid object`, whole);
  put(inner, rest, value, whole);
}

/** `{0: …, 1: …}` is a list. */
function arrays(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key, index) => key === String(index)))
    return keys.map((key) => arrays(value[key] ?? ''));
  for (const key of keys) value[key] = arrays(value[key] ?? '');
  return value;
}
