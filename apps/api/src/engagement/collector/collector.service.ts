import { Injectable } from '@nestjs/common';
import { collectorLimits, type RejectedEvent, type RejectionReason } from '#contracts/collector';
import { AppError } from '#platform/app-error';
import { config } from '#platform/config';
import { Database } from '../../database/index.ts';
import { ConsentService, subjectId } from '../../people/index.ts';
import { InteractionLog, type Interaction } from '../interaction-log.ts';
import { messageKey } from '../message-key.ts';
import { readEvent } from './event.ts';
import { readTime } from './event-time.ts';
import { Identities, subjectOf, type Taken } from './identities.ts';
import { ProductIds } from './product-ids.ts';
import { Refused, type Fields } from './refused.ts';
import { Rejections } from './rejections.ts';
import { WriteKeysService, type Sender } from './write-keys.service.ts';

/** Events of one brand under way at one moment, so that none fills the log's buffer for the others. */
const MAX_UNDER_WAY = 15_000;
const MAX_QUANTITY = 1_000_000;

export interface Delivery {
  writeKey: string;
  events: unknown[];
  sentAt: unknown;
  /** Context of all events that bring none of their own. */
  context?: Fields | undefined;
  /** The body is small enough that each of its events is. */
  small: boolean;
}

/** Takes events of a brand's pages and servers. */
@Injectable()
export class CollectorService {
  readonly #underWay = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly log: InteractionLog,
    private readonly keys: WriteKeysService,
    private readonly identities: Identities,
    private readonly products: ProductIds,
    private readonly consents: ConsentService,
    private readonly rejections: Rejections,
  ) {}

  /** @throws unauthenticated for a key that is not in force */
  async senderOf(writeKey: string): Promise<Sender> {
    const sender = await this.keys.sender(writeKey);
    if (sender?.revoked) this.rejections.note(sender, 'writeKey', 'revoked_key', '');
    if (!sender || sender.revoked) {
      const issues = [{ path: 'writeKey', message: sender ? 'revoked_key' : 'unknown_key' }];
      throw new AppError('unauthenticated', { issues }, 'no write key in force: writeKey');
    }
    return sender;
  }

  /** Counts a request that was refused as a whole. */
  refuseWhole(sender: Sender, field: string, reason: RejectionReason, body: string): void {
    this.rejections.note(sender, field, reason, body);
  }

  /**
   * @returns after everything that was accepted is committed: what was not
   * @throws rate_limited, unavailable
   */
  async accept(sender: Sender, delivery: Delivery): Promise<RejectedEvent[]> {
    const { brandId } = sender;
    const underWay = (this.#underWay.get(brandId) ?? 0) + delivery.events.length;
    if (underWay > MAX_UNDER_WAY) throw new AppError('rate_limited', { retryAfterMs: 1_000 });
    this.#underWay.set(brandId, underWay);
    try {
      const { accepted, rejected } = this.#read(sender, delivery);
      await this.#write(sender, accepted);
      return rejected;
    } finally {
      const left = this.#underWay.get(brandId)! - delivery.events.length;
      if (left > 0) this.#underWay.set(brandId, left);
      else this.#underWay.delete(brandId);
    }
  }

  #read(sender: Sender, delivery: Delivery): { accepted: Taken[]; rejected: RejectedEvent[] } {
    const accepted: Taken[] = [];
    const rejected: RejectedEvent[] = [];
    const receivedAt = Date.now();
    const { writeKey, context, small } = delivery;
    delivery.events.forEach((raw, index) => {
      try {
        const sentAt = readTime('sentAt', delivery.sentAt);
        const receipt = { kind: sender.kind, receivedAt, sentAt, retentionDays: config.engagementRetentionDays };
        if (!small && Buffer.byteLength(JSON.stringify(raw)) > collectorLimits.eventBytes) {
          throw new Refused('', 'too_large');
        }
        const event = readEvent(raw, receipt, writeKey, context);
        const subject = subjectOf(sender, event);
        accepted.push({ event, subject, subjectId: subjectId(subject) });
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const { field, reason } = error;
        const messageId = (raw as Fields | null)?.messageId;
        rejected.push({ index, ...(typeof messageId === 'string' && { messageId }), field, reason });
        this.rejections.note(sender, field, reason, raw);
      }
    });
    return { accepted, rejected };
  }

  async #write(sender: Sender, accepted: Taken[]): Promise<void> {
    const agreed = await this.#withConsent(sender, accepted);
    const deeds = accepted.filter((one) => one.event.says.type === 'did' && agreed.has(one));
    await this.identities.keep(deeds.map(({ subject }) => subject));
    await this.identities.learn(sender, accepted, agreed);
    const rows = await Promise.all(deeds.map((one) => this.#rowOf(sender, one)));
    const news = await this.#withoutThoseOfYesterday(rows);
    if (news.length > 0) await this.log.record(...news);
  }

  /**
   * Those of whom more may be kept than that they are somebody. The shop may have asked them itself, and says so with the event; a refusal to us
   * counts before that. The sample of what was not kept is empty, too.
   */
  async #withConsent(sender: Sender, taken: Taken[]): Promise<Set<Taken>> {
    const { brandId } = sender;
    const asked = new Map<string, Promise<boolean>>();
    const agreed = new Set<Taken>();
    for (const one of taken) {
      const { event, subjectId: id } = one;
      const known = asked.get(id) ?? this.consents.mayProfile(brandId, id);
      asked.set(id, known);
      const may =
        event.consent !== false && ((await known) || (event.consent === true && !(await this.#refused(brandId, id))));
      if (may) agreed.add(one);
      else this.rejections.note(sender, 'context.consent', 'no_consent', '');
    }
    return agreed;
  }

  async #refused(brandId: string, id: string): Promise<boolean> {
    return (await this.consents.read(brandId, id)).profiling === false;
  }

  async #rowOf({ brandId, kind }: Sender, { event, subjectId: id }: Taken): Promise<Interaction> {
    const { says, time } = event;
    if (says.type !== 'did') throw new Error('not a deed');
    const { name, properties, context } = says;
    const { product_id: productId, sku, quantity } = properties ?? {};
    const said = productId ?? sku;
    return {
      // Ids of browsers, of servers and our own never meet: who can read a page must not be able to suppress what a server says.
      messageId: `${kind}:${event.messageId}`,
      brandId,
      subjectId: id,
      name,
      source: kind,
      ...time,
      ...(said !== undefined && { productId: await this.products.find(brandId, said) }),
      ...(isQuantity(quantity) && { quantity }),
      ...(properties && { properties }),
      ...(context && { context }),
    };
  }

  /** A retry of what brought no time of its own may come on another day, to another partition: it is looked for in the one before. */
  async #withoutThoseOfYesterday(rows: Interaction[]): Promise<Interaction[]> {
    const timeless = rows.filter(({ saidAt }) => saidAt === undefined);
    if (timeless.length === 0) return rows;
    const { rows: found } = await this.database.sql<{ key: string }>(
      `SELECT encode(uuid_send(message_key), 'hex') AS key FROM interactions
       WHERE day = (engawa_now() AT TIME ZONE 'UTC')::date - 1 AND message_key = ANY($1)`,
      [timeless.map(messageKey)],
    );
    const keys = new Set(found.map(({ key }) => key));
    return rows.filter((row) => row.saidAt !== undefined || !keys.has(messageKey(row)));
  }
}

const isQuantity = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MAX_QUANTITY;
