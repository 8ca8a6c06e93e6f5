import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import type { PublicShow, ShowInput } from '#contracts/shows';
import { AppError } from '#platform/app-error';
import { Image } from '../catalog/index.ts';
import { Database, Shared, violatedConstraint, type Tx } from '../database/index.ts';
import { RoomLog } from './room-log.ts';
import { Offer, Room, Show } from './show.entity.ts';
import { offersOf, pinsOf, publicShow, showSummaries } from './shows.queries.ts';

/** The schedule: which shows there are, and what each will sell. */
@Injectable()
export class ShowsService {
  /** A crowd opens one page at one moment. */
  readonly #pages = new Shared<PublicShow>();

  constructor(
    private readonly database: Database,
    private readonly log: RoomLog,
  ) {}

  async list(brandId: string) {
    return { shows: await showSummaries(this.database, brandId) };
  }

  /** @throws not_found, for another brand's show too */
  async get(brandId: string, id: string): Promise<PublicShow> {
    return required(await publicShow(this.database, { id, brandId }));
  }

  async bySlug(slug: string): Promise<PublicShow> {
    return this.#pages.get(slug, async () => required(await publicShow(this.database.planned, { slug })));
  }

  /** Which of these shows are the brand's. */
  async ofBrand(brandId: string, ids: string[]): Promise<string[]> {
    const { rows } = await this.database.sql<{ id: string }>(
      `SELECT id FROM shows WHERE brand_id = $1 AND id = ANY($2)`,
      [brandId, ids],
    );
    return rows.map(({ id }) => id);
  }

  /** @throws slug_taken; invalid_request naming an unknown product or picture */
  async schedule(brandId: string, input: ShowInput): Promise<PublicShow> {
    const id = uuid();
    await this.#save(() =>
      this.database.transaction(async (tx) => {
        await this.#check(tx, brandId, id, input);
        await tx.repository(Show).insert({
          id,
          brandId,
          ...this.#columns(input),
          posterImageId: input.posterImageId ?? null,
          state: 'scheduled',
          liveSince: null,
          endedAt: null,
          createdAt: new Date(),
        });
        await tx.repository(Room).insert({ showId: id, seq: 0 });
        await this.#setRun(tx, id, input.productIds);
      }),
    );
    return this.get(brandId, id);
  }

  /** Words and run may be edited while the show is on; an ended show stays as it was. */
  async update(brandId: string, id: string, input: ShowInput): Promise<PublicShow> {
    await this.#save(() =>
      this.database.transaction(async (tx) => {
        const show = await lockShow(tx, id, brandId);
        if (show.state === 'ended') throw new AppError('show_ended');
        await this.#check(tx, brandId, id, input);
        await tx.repository(Show).update(
          { id },
          {
            ...this.#columns(input),
            ...(input.posterImageId !== undefined && { posterImageId: input.posterImageId }),
          },
        );
        await this.#setRun(tx, id, input.productIds);
        await this.announce(tx, id);
        await this.announceRun(tx, id);
      }),
    );
    return this.get(brandId, id);
  }

  /** @throws show_transition unless nothing has happened in it yet */
  async remove(brandId: string, id: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const show = await lockShow(tx, id, brandId);
      const { rows } = await tx.sql(
        `SELECT 1 FROM broadcasts WHERE show_id = $1 UNION ALL SELECT 1 FROM chat_messages WHERE show_id = $1
         UNION ALL SELECT 1 FROM holds WHERE show_id = $1 UNION ALL SELECT 1 FROM pins WHERE show_id = $1 LIMIT 1`,
        [id],
      );
      if (show.state !== 'scheduled' || rows.length > 0) throw new AppError('show_transition', { from: show.state });
      await tx.sql(`DELETE FROM shows WHERE id = $1`, [id]);
    });
  }

  /** Tells the room the show's new state, as this transaction leaves it. */
  async announce(tx: Tx, id: string): Promise<void> {
    const { offers: _offers, pins: _pins, ...show } = required(await publicShow(tx, { id }));
    await this.log.append(tx, id, { type: 'show.changed', show });
  }

  async announcePins(tx: Tx, id: string): Promise<void> {
    await this.log.append(tx, id, { type: 'pin.changed', pins: await pinsOf(tx, id) });
  }

  async announceRun(tx: Tx, id: string): Promise<void> {
    const show = required(await publicShow(tx, { id }));
    await this.log.append(tx, id, { type: 'run.changed', offers: await offersOf(tx, id, show.brand.currency) });
  }

  #columns(input: ShowInput) {
    return {
      title: input.title,
      subtitle: input.subtitle,
      slug: input.slug,
      hostName: input.hostName,
      startsAt: new Date(input.startsAt),
      endsAt: input.endsAt ? new Date(input.endsAt) : null,
    };
  }

  async #check(tx: Tx, brandId: string, id: string, input: ShowInput): Promise<void> {
    if (input.endsAt && Date.parse(input.endsAt) <= Date.parse(input.startsAt))
      throw fieldError('endsAt', 'must be after startsAt');
    if (new Set(input.productIds).size !== input.productIds.length) throw fieldError('productIds', 'a product twice');
    const { rows } = await tx.sql<{ id: string }>(
      `SELECT id FROM products WHERE brand_id = $1 AND id = ANY($2)
         AND (archived_at IS NULL OR id IN (SELECT product_id FROM offers WHERE show_id = $3))`,
      [brandId, input.productIds, id],
    );
    const known = new Set(rows.map((row) => row.id));
    const missing = input.productIds.findIndex((id) => !known.has(id));
    if (missing >= 0) throw fieldError(`productIds.${missing}`, 'no such product');
    if (input.posterImageId && !(await tx.repository(Image).existsBy({ id: input.posterImageId, brandId }))) {
      throw fieldError('posterImageId', 'no such picture');
    }
  }

  /** Offers keep their id while their product stays, so that pins and holds go on pointing at them. */
  async #setRun(tx: Tx, showId: string, productIds: string[]): Promise<void> {
    const offers = tx.repository(Offer);
    const existing = await offers.findBy({ showId });
    const gone = existing.filter((offer) => !productIds.includes(offer.productId)).map((offer) => offer.id);
    if (gone.length > 0) {
      const { rows } = await tx.sql(
        `SELECT 1 FROM pins WHERE offer_id = ANY($1) UNION ALL SELECT 1 FROM holds WHERE offer_id = ANY($1) LIMIT 1`,
        [gone],
      );
      if (rows.length > 0)
        throw new AppError('conflict', { path: 'productIds' }, 'a product that was shown or held stays');
      await offers.delete(gone);
    }
    for (const [index, productId] of productIds.entries()) {
      const offer = existing.find((one) => one.productId === productId);
      if (offer) await offers.update({ id: offer.id }, { position: index + 1 });
      else await offers.insert({ id: uuid(), showId, productId, position: index + 1 });
    }
  }

  async #save(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (violatedConstraint(error) === 'shows_slug_key') throw new AppError('slug_taken', { path: 'slug' });
      throw error;
    }
  }
}

/**
 * Locks the show until the transaction ends: its state changes one at a time. NO KEY UPDATE, because messages and pins refer to the show:
 * under a plain FOR UPDATE they would wait for it while they hold the room, which the change waits for.
 * @throws not_found
 */
export async function lockShow(tx: Tx, id: string, brandId?: string): Promise<Show> {
  const show = await tx.repository(Show).findOne({
    where: { id, ...(brandId !== undefined && { brandId }) },
    lock: { mode: 'for_no_key_update' },
  });
  if (!show) throw new AppError('not_found');
  return show;
}

function required<T>(value: T | null): T {
  if (value === null) throw new AppError('not_found');
  return value;
}

function fieldError(path: string, message: string): AppError {
  return new AppError('invalid_request', { issues: [{ path, message }] }, `${path}: ${message}`);
}
