import type { Client } from 'pg';

/** How large a history is made. */
export interface Size {
  events: number;
  people: number;
  shows: number;
  orders: number;
  days: number;
}

/** A large brand: a hundred interactions for each person, two shows a week, one order for every five people. */
export const sizeOf = (events: number): Size => ({
  events,
  people: Math.ceil(events / 100),
  shows: 24,
  orders: Math.ceil(events / 500),
  days: 84,
});

/**
 * Writes a history straight into the tables that products write, without their services: only the cost of reading it is of interest. Each show has a
 * twenty-fourth of the interactions within two hours, of people some of whom came to more shows than others. Rollups are left to the api.
 */
export async function writeHistory(
  database: Client,
  brandId: string,
  offers: { productId: string; variantId: string; offerId: string }[],
  size: Size,
): Promise<void> {
  const say = (what: string) => console.log(`  ${new Date().toISOString().slice(11, 19)} ${what}`);
  await database.query(
    `SET statement_timeout = 0; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'; SET synchronous_commit = off`,
  );
  await database.query(`SELECT setseed(0.5)`);
  await database.query(
    `CREATE TABLE scale_people AS SELECT n, md5('person' || n)::uuid AS id FROM generate_series(1, ${size.people}) n;
     ALTER TABLE scale_people ADD PRIMARY KEY (n);
     INSERT INTO viewers (id, created_at) SELECT id, now() - interval '${size.days} days' FROM scale_people`,
  );
  await database.query(
    `INSERT INTO persons (id, brand_id) SELECT md5('merged' || n)::uuid, '${brandId}' FROM generate_series(1, ${Math.ceil(size.people / 20)}) n;
     INSERT INTO identity_links (id, brand_id, subject_id, person_id, state, source)
       SELECT gen_random_uuid(), '${brandId}', p.id, md5('merged' || (p.n + 1) / 2)::uuid, 'proven', 'code' FROM scale_people p WHERE p.n <= ${Math.ceil(size.people / 10)}`,
  );
  say(`${size.people} people, every tenth signed in on two devices`);
  const { rows: shows } = await database.query<{ id: string; starts: Date }>(
    `INSERT INTO shows (id, brand_id, slug, title, subtitle, host_name, state, starts_at, live_since, ended_at)
     SELECT gen_random_uuid(), $1, 'scale-' || n, 'Show ' || n, '', 'host', 'ended', at, at, at + interval '2 hours'
     FROM generate_series(1, ${size.shows}) n, LATERAL (SELECT date_trunc('hour', now()) - make_interval(days => ${size.days} - (n * ${size.days} / ${size.shows})) - interval '3 hours' AS at) t
     RETURNING id, starts_at AS starts`,
    [brandId],
  );
  const values = offers.map(({ productId }, index) => `(${index}, '${productId}'::uuid)`).join(', ');
  const perShow = Math.ceil(size.events / size.shows);
  await database.query(
    `SELECT ensure_interaction_days(ARRAY(SELECT (now() AT TIME ZONE 'UTC')::date - n FROM generate_series(-1, ${size.days + 2}) n))`,
  );
  for (const [index, { id, starts }] of shows.entries()) {
    // Squared, so that some come to every show and most to a few.
    await database.query(
      `INSERT INTO interactions (day, message_key, brand_id, subject_id, name, source, show_id, product_id, quantity, occurred_at)
       SELECT (at AT TIME ZONE 'UTC')::date, gen_random_uuid(), $1, p.id, k.name, 'room', $2, CASE WHEN k.of_product THEN o.product_id END, 1, at
       FROM (SELECT n, 1 + floor(power(random(), 2) * ${size.people - 1})::int AS person, random() AS luck, floor(random() * ${offers.length})::int AS offer,
                    $3::timestamptz + make_interval(secs => random() * 7200) AS at FROM generate_series(1, ${perShow}) n OFFSET 0) e
       JOIN scale_people p ON p.n = e.person
       JOIN (VALUES (0.00, 0.10, 'Live Joined', false), (0.10, 0.18, 'Live Left', false), (0.18, 0.32, 'Chat Sent', false), (0.32, 0.62, 'Reaction Sent', false),
                    (0.62, 0.86, 'Product Viewed', true), (0.86, 0.98, 'Product Clicked', true), (0.98, 1.01, 'Checkout Started', true)) k (low, high, name, of_product)
         ON e.luck >= k.low AND e.luck < k.high
       JOIN (VALUES ${values}) o (index, product_id) ON o.index = e.offer`,
      [brandId, id, starts],
    );
    await database.query(
      `INSERT INTO watch_intervals (id, brand_id, show_id, viewer_id, started_at, ended_at)
       SELECT gen_random_uuid(), $1, $2, subject_id, first, first + make_interval(secs => 30 + random() * 3600)
       FROM (SELECT subject_id, min(occurred_at) AS first FROM interactions WHERE show_id = $2 AND name = 'Live Joined' AND day >= $3::date - 1 AND day <= $3::date + 1 GROUP BY 1) came`,
      [brandId, id, starts],
    );
    await database.query(
      `INSERT INTO offers (id, show_id, product_id, position) SELECT md5($1::text || product_id::text)::uuid, $1::uuid, product_id, index + 1 FROM (VALUES ${values}) o (index, product_id)`,
      [id],
    );
    await writeOrders(database, brandId, { id, starts }, offers, Math.ceil(size.orders / size.shows), size.people);
    if ((index + 1) % 6 === 0) say(`${(index + 1) * perShow} interactions`);
  }
  await database.query(`VACUUM ANALYZE`);
  say('vacuumed and analysed');
}

async function writeOrders(
  database: Client,
  brandId: string,
  show: { id: string; starts: Date },
  offers: { productId: string; variantId: string }[],
  count: number,
  people: number,
): Promise<void> {
  const values = offers
    .map((one, index) => `(${index}, '${one.productId}'::uuid, '${one.variantId}'::uuid)`)
    .join(', ');
  await database.query(
    `CREATE TEMP TABLE bought AS
       SELECT gen_random_uuid() AS order_id, gen_random_uuid() AS hold_id, p.id AS viewer_id, o.product_id, o.variant_id, 1 + floor(random() * 3)::int AS quantity,
              $1::timestamptz + make_interval(secs => 300 + random() * 6900) AS at, random() < 0.03 AS back
       FROM (SELECT n, 1 + floor(power(random(), 2) * ${people - 1})::int AS person, floor(random() * ${offers.length})::int AS offer FROM generate_series(1, ${count}) n OFFSET 0) e
       JOIN scale_people p ON p.n = e.person JOIN (VALUES ${values}) o (index, product_id, variant_id) ON o.index = e.offer`,
    [show.starts],
  );
  await database.query(
    `INSERT INTO holds (id, brand_id, show_id, offer_id, variant_id, viewer_id, key, quantity, state, order_id, created_at, expires_at)
     SELECT hold_id, $1, $2::uuid, md5($2::text || product_id::text)::uuid, variant_id, viewer_id, hold_id::text, quantity, 'sold', order_id, at, at + interval '5 minutes' FROM bought`,
    [brandId, show.id],
  );
  await database.query(
    `UPDATE offers o SET sold = b.sold FROM (SELECT product_id, sum(quantity) AS sold FROM bought GROUP BY 1) b WHERE o.show_id = $1 AND o.product_id = b.product_id`,
    [show.id],
  );
  await database.query(
    `INSERT INTO orders (id, brand_id, show_id, viewer_id, key, number, state, currency, items_amount, shipping_amount, tax_amount, total_amount, brand_name, email, name, phone,
                         address, payment_intent_id, placed_at, paid_at, refunded_amount)
     SELECT order_id, $1::uuid, $2::uuid, viewer_id, order_id::text, left(order_id::text, 13), CASE WHEN back THEN 'refunded' ELSE 'paid' END, 'JPY', 4400 * quantity, 0, 400 * quantity,
            4400 * quantity, 'x', left(viewer_id::text, 8) || '@example.jp', 'x', 'x', '{}', 'pi_' || order_id, at, at, CASE WHEN back THEN 4400 * quantity ELSE 0 END FROM bought`,
    [brandId, show.id],
  );
  await database.query(
    `INSERT INTO order_lines (order_id, position, product_id, variant_id, product_name, variant_name, sku, unit_amount, quantity, tax_rate_bp, hold_id, list_amount)
     SELECT order_id, 1, product_id, variant_id, 'x', '', 'x', 4400, quantity, 1000, hold_id, 4400 FROM bought;`,
  );
  await database.query(
    `INSERT INTO refunds (id, order_id, amount, reason, kind, state, payment_intent_id, settled_at, created_at)
     SELECT gen_random_uuid(), order_id, 4400 * quantity, 'x', 'staff', 'succeeded', 'pi_' || order_id, at, at + interval '1 day' FROM bought WHERE back`,
  );
  await database.query(`DROP TABLE bought`);
}
