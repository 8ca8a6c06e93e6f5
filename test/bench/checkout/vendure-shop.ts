import { once } from 'node:events';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePorts } from '../../support/ports.ts';
import type { Bench } from '../support/bench.ts';
import { startPart } from '../support/processes.ts';
import { buyer, type Seller } from './seller.ts';

const folder = join(import.meta.dirname, 'vendure');

/** Vendure on a database of its own in the same PostgreSQL. */
export async function openVendure(bench: Bench, database: Client, databaseUrl: string): Promise<Seller> {
  await bench.install(folder);
  await database.query('CREATE DATABASE vendure');
  const [port] = (await freePorts(1)) as [number];
  const server = startPart(bench, join(folder, 'serve.mjs'), {
    DATABASE_URL: Object.assign(new URL(databaseUrl), { pathname: '/vendure' }).href,
    PORT: String(port),
    NODE_ENV: 'production',
    VENDURE_DISABLE_TELEMETRY: 'true',
  });
  await Promise.race([
    once(server, 'message'),
    once(server, 'exit').then(() => Promise.reject(new Error('Vendure ended before it was ready'))),
  ]);
  const url = `http://127.0.0.1:${port}/shop-api`;
  return { pid: server.pid!, order: () => order(url), settled: () => Promise.resolve() };
}

/** The steps of a purchase by a guest, as Vendure's own guide for storefronts has them. */
async function order(url: string): Promise<void> {
  const session = new Session(url);
  const { product } = await session.ask<{ product: { variants: { id: string }[] } }>(
    `query ($slug: String!) {
       product(slug: $slug) { id name description featuredAsset { preview } variants { id name sku priceWithTax stockLevel } }
     }`,
    { slug: 'mug' },
  );
  await session.change(
    `mutation ($id: ID!) { outcome: addItemToOrder(productVariantId: $id, quantity: 1) { ...Cart ...Fault } }`,
    { id: product.variants[0]!.id },
  );
  const [lastName, firstName] = buyer.name.split(' ');
  await session.change(
    `mutation ($input: CreateCustomerInput!) { outcome: setCustomerForOrder(input: $input) { ...Cart ...Fault } }`,
    { input: { firstName, lastName, emailAddress: buyer.email(), phoneNumber: buyer.phone } },
  );
  const { country, postalCode, region, city, line1 } = buyer.address;
  await session.change(
    `mutation ($input: CreateAddressInput!) { outcome: setOrderShippingAddress(input: $input) { ...Cart ...Fault } }`,
    {
      input: { fullName: buyer.name, streetLine1: line1, city, province: region, postalCode, countryCode: country },
    },
  );
  const { eligibleShippingMethods } = await session.ask<{ eligibleShippingMethods: { id: string }[] }>(
    `query { eligibleShippingMethods { id name priceWithTax } }`,
  );
  await session.change(
    `mutation ($ids: [ID!]!) { outcome: setOrderShippingMethod(shippingMethodId: $ids) { ...Cart ...Fault } }`,
    { ids: [eligibleShippingMethods[0]!.id] },
  );
  await session.change(`mutation { outcome: transitionOrderToState(state: "ArrangingPayment") { ...Cart ...Fault } }`);
  const { state } = await session.change(
    `mutation ($input: PaymentInput!) { outcome: addPaymentToOrder(input: $input) { ...Cart ...Fault } }`,
    { input: { method: 'card', metadata: {} } },
  );
  if (state !== 'PaymentSettled') throw new Error(`Vendure: an order ended as ${state}`);
}

interface Outcome {
  state?: string;
  errorCode?: string;
  message?: string;
}

const fragments = `
  fragment Cart on Order {
    id code state subTotalWithTax shippingWithTax totalWithTax currencyCode
    lines { id quantity linePriceWithTax productVariant { id name sku } }
  }
  fragment Fault on ErrorResult { errorCode message }`;

class Session {
  readonly #url: string;
  #token: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** A mutation of the order, aliased as `outcome`. */
  async change(query: string, variables: object = {}): Promise<Outcome> {
    const { outcome } = await this.ask<{ outcome: Outcome }>(query + fragments, variables);
    if (outcome.errorCode) throw new Error(`Vendure: ${outcome.errorCode}: ${outcome.message}`);
    return outcome;
  }

  async ask<Data>(query: string, variables: object = {}): Promise<Data> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.#token && { authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    this.#token ??= response.headers.get('vendure-auth-token') ?? undefined;
    const { data, errors } = (await response.json()) as { data: Data; errors?: unknown };
    if (errors) throw new Error(`Vendure: ${JSON.stringify(errors)}`);
    return data;
  }
}
