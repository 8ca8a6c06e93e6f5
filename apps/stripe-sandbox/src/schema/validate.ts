import { StripeError, invalidRequest } from '../errors.ts';
import type { FormValue } from '../form.ts';
import type { Schema, StripeSchema } from './schema.ts';
import file from './stripe-schema.json' with { type: 'json' };

const stripeSchema = file as unknown as StripeSchema;

export function requestSchema(name: string): Schema {
  const schema = stripeSchema.requests[name];
  if (!schema) throw new Error(`stripe-schema.json has no request ${name}.`);
  return schema;
}

/**
 * Turns the strings of a form into the values that the schema means, and refuses what it does not allow, in Stripe's words.
 * An empty string unsets: null where the schema knows null or '', refused for numbers, booleans and enums that do not.
 */
export function readForm(schema: Schema, value: FormValue, param = ''): unknown {
  if (schema.anyOf) return readUnion(schema.anyOf, value, param);
  const types = [schema.type ?? []].flat();
  if (typeof value === 'string') return readString(schema, types, value, param);
  if (Array.isArray(value)) {
    if (!types.includes('array')) throw invalidRequest('Invalid ' + (types[0] ?? 'value'), param);
    return value.map((item, index) => readForm(schema.items ?? {}, item, `${param}[${index}]`));
  }
  if (types.includes('array')) throw invalidRequest('Invalid array', param);
  if (!types.includes('object')) throw invalidRequest(`Invalid ${types[0] ?? 'value'}`, param);
  return readObject(schema, value, param);
}

function readUnion(branches: Schema[], value: FormValue, param: string): unknown {
  let refusal: unknown;
  for (const branch of branches) {
    try {
      return readForm(branch, value, param);
    } catch (error) {
      // The branch that fits the value's kind has the most to say: the object's missing field, not "invalid string".
      const fits = typeof value === 'object' ? branch.type === 'object' || branch.type === 'array' : !branch.properties;
      if (refusal === undefined || fits) refusal = error;
    }
  }
  throw refusal;
}

function readString(schema: Schema, types: string[], value: string, param: string): unknown {
  if (schema.enum) {
    if (schema.enum.includes(value)) return value === '' ? null : value;
    if (schema.enum.includes(value === 'true') && /^(true|false)$/.test(value)) return value === 'true';
    if (value === '') throw unsettable(param);
    throw invalidRequest(`Invalid ${param}: must be one of ${list(schema.enum.filter((item) => item !== ''))}`, param);
  }
  if (types.includes('string')) {
    if (schema.maxLength !== undefined && value.length > schema.maxLength) {
      const shown = value.length > 20 ? `${value.slice(0, 8)}...${value.slice(-6)}` : value;
      throw invalidRequest(`Invalid string: ${shown}; must be at most ${schema.maxLength} characters`, param);
    }
    return value === '' && types.includes('null') ? null : value;
  }
  if (value === '' && types.includes('null')) return null;
  if (value === '') throw unsettable(param);
  if (types.includes('integer')) {
    if (!/^-?\d{1,15}$/.test(value))
      throw invalidRequest(`Invalid integer: ${value}`, param, 'parameter_invalid_integer');
    return Number(value);
  }
  if (types.includes('number')) {
    if (!/^-?\d{1,15}(\.\d+)?$/.test(value)) throw invalidRequest(`Invalid number: ${value}`, param);
    return Number(value);
  }
  if (types.includes('boolean')) {
    if (!/^(true|false)$/.test(value)) throw invalidRequest(`Invalid boolean: ${value}`, param);
    return value === 'true';
  }
  if (types.length === 0) return value;
  throw invalidRequest(`Invalid ${types[0]}`, param);
}

function readObject(schema: Schema, value: { [key: string]: FormValue }, param: string): unknown {
  const name = (key: string) => (param ? `${param}[${key}]` : key);
  const result: Record<string, unknown> = {};
  const known = schema.properties ?? {};
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(known, key));
  if (schema.additionalProperties === false && unknown.length > 0) {
    const names = unknown.map(name);
    const message = `Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`;
    throw invalidRequest(message, names[0], 'parameter_unknown');
  }
  for (const key of schema.required ?? [])
    if (!Object.hasOwn(value, key))
      throw invalidRequest(`Missing required param: ${name(key)}.`, name(key), 'parameter_missing');
  for (const [key, item] of Object.entries(value)) {
    const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
    const property = Object.hasOwn(known, key) ? (known[key] ?? {}) : extra;
    if (property.notModelled)
      throw invalidRequest(
        `Stripe sandbox: ${name(key)} exists at Stripe, but the sandbox does not model it.`,
        name(key),
      );
    result[key] = readForm(property, item, name(key));
  }
  return result;
}

function unsettable(param: string): StripeError {
  const message =
    `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a field; however ` +
    `'${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`;
  return invalidRequest(message, param, 'parameter_invalid_empty');
}

function list(values: unknown[]): string {
  const words = values.map(String);
  return words.length > 1 ? `${words.slice(0, -1).join(', ')}, or ${words.at(-1)}` : words.join('');
}

/**
 * What is wrong with an answer, measured by the SDK's types: undefined when nothing is. A property that the types do not
 * know is wrong too.
 */
export function faultOf(value: unknown, schema?: Schema, path = ''): string | undefined {
  if (!schema) {
    const object = (value as { object?: string }).object ?? '';
    if (object === 'list') return (value as { data: unknown[] }).data.map((item) => faultOf(item)).find(Boolean);
    return faultOf(value, { $ref: object }, object);
  }
  if (schema.$ref) {
    const target = stripeSchema.objects[schema.$ref];
    return target ? faultOf(value, target, path) : `${path}: no schema for ${schema.$ref}`;
  }
  if (schema.anyOf) {
    const faults = schema.anyOf.map((branch) => faultOf(value, branch, path));
    return faults.includes(undefined) ? undefined : faults.join('; ');
  }
  if (schema.enum)
    return schema.enum.includes(value as string) ? undefined : `${path}: ${JSON.stringify(value)} is not allowed`;
  const types = [schema.type ?? []].flat();
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (types.length > 0 && !types.includes(type)) return `${path}: ${type} instead of ${types.join(' or ')}`;
  if (Array.isArray(value))
    return value.map((item, index) => faultOf(item, schema.items ?? {}, `${path}[${index}]`)).find(Boolean);
  if (value === null || typeof value !== 'object') return undefined;
  const missing = schema.required?.find((key) => !Object.hasOwn(value, key));
  if (missing) return `${path}.${missing} is missing`;
  for (const [key, item] of Object.entries(value)) {
    const known = schema.properties?.[key];
    if (!known && schema.additionalProperties === false) return `${path}.${key} is unknown to the SDK`;
    const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
    const fault = item === undefined ? undefined : faultOf(item, known ?? extra, `${path}.${key}`);
    if (fault) return fault;
  }
  return undefined;
}
