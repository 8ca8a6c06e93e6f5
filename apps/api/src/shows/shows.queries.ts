import type { Brand } from '#contracts/accounts';
import type { StockFigure } from '#contracts/room';
import type { Broadcast, Offer, Pin, PublicShow, ShowState, ShowSummary } from '#contracts/shows';
import type { EndReason } from '#contracts/shows';
import type { Currency } from '#contracts/money';
import { imageUrl } from '../catalog/index.ts';
import type { Queryable } from '../database/index.ts';

interface ShowRow {
  id: string;
  slug: string;
  title: string;
  subtitle: string;
  host_name: string;
  poster_image_id: string | null;
  state: ShowState;
  starts_at: Date;
  ends_at: Date | null;
  live_since: Date | null;
  ended_at: Date | null;
  brand_id: string;
  brand_slug: string;
  brand_name: string;
  logo_image_id: string | null;
  currency: Currency;
  time_zone: string;
  asks_consent: boolean;
  server_time: Date;
}

const iso = (time: Date | null) => time?.toISOString() ?? null;

/** The public view of one show, by id or slug; null when there is none. */
export async function publicShow(
  queryable: Queryable,
  by: { id: string; brandId?: string } | { slug: string },
): Promise<PublicShow | null> {
  const { rows } = await queryable.sql<ShowRow>(
    `SELECT s.id, s.slug, s.title, s.subtitle, s.host_name, s.poster_image_id, s.state, s.starts_at, s.ends_at, s.live_since,
            s.ended_at, s.brand_id, b.slug AS brand_slug, b.name AS brand_name, b.logo_image_id, b.currency, b.time_zone,
            b.consent_mode <> 'none' AS asks_consent, engawa_now() AS server_time
     FROM shows s JOIN brands b ON b.id = s.brand_id
     WHERE ${'slug' in by ? 's.slug = $1' : 's.id = $1 AND ($2::uuid IS NULL OR s.brand_id = $2)'}`,
    'slug' in by ? [by.slug] : [by.id, by.brandId ?? null],
  );
  const show = rows[0];
  if (!show) return null;
  const brand: Brand = {
    id: show.brand_id,
    slug: show.brand_slug,
    name: show.brand_name,
    logoUrl: imageUrl(show.logo_image_id),
    currency: show.currency,
    timeZone: show.time_zone,
    asksConsent: show.asks_consent,
  };
  const broadcast = await currentBroadcast(queryable, show.id);
  const offers = await offersOf(queryable, show.id, show.currency);
  const pins = await pinsOf(queryable, show.id);
  return {
    id: show.id,
    slug: show.slug,
    title: show.title,
    subtitle: show.subtitle,
    hostName: show.host_name,
    posterUrl: imageUrl(show.poster_image_id),
    brand,
    state: show.state,
    startsAt: show.starts_at.toISOString(),
    endsAt: iso(show.ends_at),
    liveSince: iso(show.live_since),
    endedAt: iso(show.ended_at),
    broadcast,
    offers,
    pins,
    serverTime: show.server_time.toISOString(),
  };
}

async function currentBroadcast(queryable: Queryable, showId: string): Promise<Broadcast | null> {
  const { rows } = await queryable.sql<{
    id: string;
    state: Broadcast['state'];
    source: Broadcast['source'];
    started_at: Date;
    ready_at: Date | null;
    ended_at: Date | null;
    end_reason: EndReason | null;
  }>(
    `SELECT id, state, source, started_at, ready_at, ended_at, end_reason FROM broadcasts WHERE show_id = $1 AND state <> 'ended'`,
    [showId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    state: row.state,
    source: row.source,
    startedAt: row.started_at.toISOString(),
    readyAt: iso(row.ready_at),
    endedAt: iso(row.ended_at),
    endReason: row.end_reason,
  };
}

interface OfferRow {
  id: string;
  position: number;
  product_id: string;
  name: string;
  note: string;
  description: string;
  image_id: string | null;
  variant_id: string;
  variant_name: string;
  swatch: string | null;
  variant_image_id: string | null;
  price_amount: string;
  available: number;
  waiting: number;
  sold: number;
}

/**
 * The run of show with true stock; `sold` counts what was paid for in this show. A withdrawn product keeps its place and the variants that
 * went with it, of which none are left.
 */
export async function offersOf(queryable: Queryable, showId: string, currency: Currency): Promise<Offer[]> {
  const { rows } = await queryable.sql<OfferRow>(
    `SELECT o.id, o.position, o.product_id, p.name, p.note, p.description, p.image_id, v.id AS variant_id, v.name AS variant_name,
            v.swatch, v.image_id AS variant_image_id, v.price_amount,
            CASE WHEN p.archived_at IS NULL AND l.waiting = 0 THEN l.on_hand - l.reserved ELSE 0 END AS available, l.waiting, o.sold
     FROM offers o JOIN products p ON p.id = o.product_id
     JOIN variants v ON v.product_id = p.id AND v.archived_at IS NOT DISTINCT FROM p.archived_at
     JOIN stock_levels l ON l.variant_id = v.id
     WHERE o.show_id = $1 ORDER BY o.position, v.position`,
    [showId],
  );
  const offers: Offer[] = [];
  for (const row of rows) {
    let offer = offers.at(-1);
    if (offer?.id !== row.id) {
      offer = {
        id: row.id,
        position: row.position,
        productId: row.product_id,
        name: row.name,
        note: row.note,
        description: row.description,
        imageUrl: imageUrl(row.image_id),
        currency,
        sold: row.sold,
        variants: [],
      };
      offers.push(offer);
    }
    offer.variants.push({
      variantId: row.variant_id,
      name: row.variant_name,
      swatch: row.swatch,
      imageUrl: imageUrl(row.variant_image_id),
      priceAmount: Number(row.price_amount),
      available: row.available,
      waiting: row.waiting,
    });
  }
  return offers;
}

export async function pinsOf(queryable: Queryable, showId: string): Promise<Pin[]> {
  const { rows } = await queryable.sql<{ id: string; offer_id: string; pinned_at: Date; unpinned_at: Date | null }>(
    `SELECT id, offer_id, pinned_at, unpinned_at FROM pins WHERE show_id = $1 ORDER BY pinned_at, id`,
    [showId],
  );
  return rows.map((row) => ({
    id: row.id,
    offerId: row.offer_id,
    pinnedAt: row.pinned_at.toISOString(),
    unpinnedAt: iso(row.unpinned_at),
  }));
}

/** Stock of these variants in every show that may still sell them. */
export async function stockFigures(
  queryable: Queryable,
  variantIds: string[],
): Promise<{ showId: string; figure: StockFigure }[]> {
  const { rows } = await queryable.sql<{
    show_id: string;
    offer_id: string;
    variant_id: string;
    available: number;
    waiting: number;
    sold: number;
  }>(
    `SELECT o.show_id, o.id AS offer_id, v.id AS variant_id, CASE WHEN l.waiting = 0 THEN l.on_hand - l.reserved ELSE 0 END AS available, l.waiting, o.sold
     FROM variants v JOIN stock_levels l ON l.variant_id = v.id
     JOIN offers o ON o.product_id = v.product_id JOIN shows s ON s.id = o.show_id AND s.state <> 'ended'
     WHERE v.id = ANY($1)`,
    [variantIds],
  );
  return rows.map((row) => ({
    showId: row.show_id,
    figure: {
      variantId: row.variant_id,
      available: row.available,
      waiting: row.waiting,
      offerId: row.offer_id,
      sold: row.sold,
    },
  }));
}

export async function showSummaries(
  queryable: Queryable,
  brandId: string,
  only: 'all' | 'open' = 'all',
): Promise<ShowSummary[]> {
  const { rows } = await queryable.sql<ShowRow & { product_count: number }>(
    `SELECT s.*, (SELECT count(*) FROM offers o WHERE o.show_id = s.id)::int AS product_count
     FROM shows s WHERE s.brand_id = $1 AND ($2 OR s.state <> 'ended') ORDER BY s.starts_at DESC, s.id DESC LIMIT 500`,
    [brandId, only === 'all'],
  );
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    title: row.title,
    subtitle: row.subtitle,
    state: row.state,
    startsAt: row.starts_at.toISOString(),
    endsAt: iso(row.ends_at),
    liveSince: iso(row.live_since),
    endedAt: iso(row.ended_at),
    posterUrl: imageUrl(row.poster_image_id),
    productCount: row.product_count,
  }));
}
