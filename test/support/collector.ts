import { randomUUID } from 'node:crypto';
import { collectorApi, type RejectedEvent, type WriteKeyKind } from '#contracts/collector';
import type { ErrorBody } from '#contracts/errors';
import type { Api, Staff } from './api.ts';

export interface CollectorAnswer extends Partial<ErrorBody> {
  status: number;
  success: boolean;
  rejected?: RejectedEvent[];
}

export const basic = (writeKey: string) => `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;

/** A brand's collector, as its pages and servers reach it. */
export class Collected {
  private constructor(
    readonly api: Api,
    readonly owner: Staff,
    readonly keys: Record<WriteKeyKind, string>,
  ) {}

  static async of(api: Api, owner: Staff): Promise<Collected> {
    const make = async (kind: WriteKeyKind) =>
      (await api.call(collectorApi.createKey, { kind, name: `The ${kind}` }, owner)).writeKey;
    return new Collected(api, owner, { browser: await make('browser'), server: await make('server') });
  }

  /** @param body sent as it is where it is no object */
  async post(
    kind: WriteKeyKind | null,
    path: string,
    body: object | string | Buffer,
    headers: Record<string, string> = {},
  ): Promise<CollectorAnswer> {
    const response = await fetch(`${this.api.url}/v1/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(kind && { authorization: basic(this.keys[kind]) }),
        ...headers,
      },
      body: typeof body === 'string' ? body : body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body),
    });
    return { status: response.status, ...((await response.json()) as Omit<CollectorAnswer, 'status'>) };
  }

  /** What the log has of this brand, from outside. */
  async rows() {
    const { rows } = await this.api.database.sql<{
      name: string;
      source: string;
      day: string;
      subject_id: string;
      product_id: string | null;
      quantity: number;
      properties: Record<string, unknown> | null;
      context: Record<string, unknown> | null;
      occurred_at: Date;
    }>(
      `SELECT name, source, day::text, subject_id, product_id, quantity, properties, context, occurred_at FROM interactions
       WHERE brand_id = $1 AND source IN ('browser', 'server') ORDER BY id`,
      [this.owner.brandId],
    );
    return rows;
  }
}

/** A track call of a page. */
export const tracked = (event: string, more: object = {}) => ({
  type: 'track',
  event,
  messageId: `ajs-next-${randomUUID()}`,
  anonymousId: randomUUID(),
  timestamp: new Date().toISOString(),
  ...more,
});
