import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Terms on which a brand sells, carts, allotments and waitlists, deals and coupons, and orders with a history beside their state. */
export class CheckoutDepth1763800000000 implements MigrationInterface {
  readonly name = 'CheckoutDepth1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- accounts: the terms on which a brand sells
ALTER TABLE brands
  ADD prices_include_tax boolean NOT NULL DEFAULT true,
  ADD tax_rounding text NOT NULL DEFAULT 'down' CONSTRAINT brands_tax_rounding_known CHECK (tax_rounding IN ('down', 'half_up', 'up')),
  ADD shipping_basis text NOT NULL DEFAULT 'flat' CONSTRAINT brands_shipping_basis_known
    CHECK (shipping_basis IN ('flat', 'weight', 'amount')),
  ADD deal_grace_instant_ms integer NOT NULL DEFAULT 1000 CONSTRAINT brands_deal_grace_instant_sane
    CHECK (deal_grace_instant_ms BETWEEN 0 AND 30000),
  ADD deal_grace_smooth_ms integer NOT NULL DEFAULT 8000 CONSTRAINT brands_deal_grace_smooth_sane
    CHECK (deal_grace_smooth_ms BETWEEN 0 AND 30000),
  ADD waitlist_offer_seconds integer NOT NULL DEFAULT 180 CONSTRAINT brands_waitlist_offer_sane
    CHECK (waitlist_offer_seconds BETWEEN 30 AND 3600),
  ADD seller jsonb NOT NULL DEFAULT '{}',
  ADD registration_number text CONSTRAINT brands_registration_number_form CHECK (registration_number ~ '^T[0-9]{13}$'),
  ADD stripe_credentials bytea;
CREATE TABLE tax_rates (
  brand_id uuid NOT NULL REFERENCES brands,
  code text NOT NULL CONSTRAINT tax_rates_code_known CHECK (code IN ('standard', 'reduced', 'zero')),
  rate_bp integer NOT NULL CONSTRAINT tax_rates_rate_sane CHECK (rate_bp BETWEEN 0 AND 5000),
  PRIMARY KEY (brand_id, code)
);
INSERT INTO tax_rates SELECT id, 'standard', tax_rate_bp FROM brands;
INSERT INTO tax_rates SELECT id, 'reduced', CASE WHEN currency = 'JPY' THEN 800 ELSE tax_rate_bp END FROM brands;
INSERT INTO tax_rates SELECT id, 'zero', 0 FROM brands;
CREATE TABLE shipping_rates (
  brand_id uuid NOT NULL REFERENCES brands,
  from_value bigint NOT NULL CONSTRAINT shipping_rates_from_not_negative CHECK (from_value >= 0),
  amount bigint NOT NULL CONSTRAINT shipping_rates_amount_not_negative CHECK (amount >= 0),
  PRIMARY KEY (brand_id, from_value)
);
INSERT INTO shipping_rates SELECT id, 0, shipping_amount FROM brands;
ALTER TABLE brands DROP tax_rate_bp, DROP shipping_amount;

-- catalog
ALTER TABLE products
  ADD tax_code text NOT NULL DEFAULT 'standard',
  ADD CONSTRAINT products_tax_rate FOREIGN KEY (brand_id, tax_code) REFERENCES tax_rates;
ALTER TABLE variants
  ADD weight_grams integer NOT NULL DEFAULT 0 CONSTRAINT variants_weight_not_negative CHECK (weight_grams >= 0);
ALTER TABLE stock_levels
  ADD waiting integer NOT NULL DEFAULT 0 CONSTRAINT stock_levels_waiting_not_negative CHECK (waiting >= 0);
CREATE INDEX stock_levels_waited_for ON stock_levels (variant_id) WHERE waiting > 0;
CREATE TABLE allotments (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  quantity integer NOT NULL CONSTRAINT allotments_quantity_positive CHECK (quantity > 0),
  taken integer NOT NULL DEFAULT 0 CONSTRAINT allotments_taken_within_quantity CHECK (taken BETWEEN 0 AND quantity),
  per_buyer integer NOT NULL CONSTRAINT allotments_per_buyer_positive CHECK (per_buyer > 0),
  opens_at timestamptz NOT NULL,
  closes_at timestamptz NOT NULL,
  CONSTRAINT allotments_forward CHECK (closes_at >= opens_at)
) WITH (fillfactor = 50);
CREATE TABLE allotment_claims (
  allotment_id uuid NOT NULL REFERENCES allotments,
  viewer_id uuid NOT NULL REFERENCES viewers,
  quantity integer NOT NULL,
  most integer NOT NULL,
  CONSTRAINT allotment_claims_within_limit CHECK (quantity BETWEEN 0 AND most),
  PRIMARY KEY (allotment_id, viewer_id)
);
ALTER TABLE holds ADD allotment_id uuid REFERENCES allotments;
-- A cart holds several variants of one product; a buy sheet moves its one hold from variant to variant.
DROP INDEX holds_one_open_per_offer;
CREATE UNIQUE INDEX holds_one_open_per_variant ON holds (viewer_id, offer_id, variant_id) WHERE state IN ('active', 'attached');
CREATE INDEX holds_allotment ON holds (allotment_id) WHERE allotment_id IS NOT NULL;
CREATE TABLE waitlist_entries (
  id uuid PRIMARY KEY,
  place bigint GENERATED ALWAYS AS IDENTITY,
  brand_id uuid NOT NULL REFERENCES brands,
  show_id uuid NOT NULL,
  offer_id uuid NOT NULL,
  variant_id uuid NOT NULL REFERENCES variants,
  viewer_id uuid NOT NULL REFERENCES viewers,
  quantity integer NOT NULL CONSTRAINT waitlist_entries_quantity_positive CHECK (quantity > 0),
  state text NOT NULL CONSTRAINT waitlist_entries_state_known CHECK (state IN ('waiting', 'offered', 'lapsed', 'left')),
  hold_id uuid REFERENCES holds,
  joined_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT waitlist_entries_offered_has_hold CHECK (state <> 'offered' OR hold_id IS NOT NULL)
);
CREATE UNIQUE INDEX waitlist_entries_one_waiting ON waitlist_entries (viewer_id, variant_id) WHERE state = 'waiting';
CREATE INDEX waitlist_entries_queue ON waitlist_entries (variant_id, place) WHERE state = 'waiting';
CREATE INDEX waitlist_entries_show ON waitlist_entries (show_id, viewer_id);

-- deals
CREATE TABLE deals (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  show_id uuid NOT NULL REFERENCES shows,
  offer_id uuid NOT NULL REFERENCES offers,
  variant_id uuid REFERENCES variants,
  allotment_id uuid NOT NULL CONSTRAINT deals_allotment_once UNIQUE REFERENCES allotments,
  kind text NOT NULL CONSTRAINT deals_kind_known CHECK (kind IN ('price', 'percent')),
  value bigint NOT NULL,
  created_by uuid NOT NULL REFERENCES members,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT deals_value_sane CHECK (value > 0 AND (kind = 'price' OR value < 100))
);
CREATE INDEX deals_show ON deals (show_id, created_at);
CREATE INDEX deals_offer ON deals (offer_id);
CREATE TABLE coupons (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  code text NOT NULL CONSTRAINT coupons_code_upper CHECK (code = upper(code)),
  kind text NOT NULL CONSTRAINT coupons_kind_known CHECK (kind IN ('percent', 'amount')),
  value bigint NOT NULL,
  minimum_amount bigint NOT NULL DEFAULT 0 CONSTRAINT coupons_minimum_not_negative CHECK (minimum_amount >= 0),
  first_order_only boolean NOT NULL DEFAULT false,
  per_buyer integer CONSTRAINT coupons_per_buyer_positive CHECK (per_buyer > 0),
  total integer CONSTRAINT coupons_total_positive CHECK (total > 0),
  used integer NOT NULL DEFAULT 0 CONSTRAINT coupons_used_not_negative CHECK (used >= 0),
  combinable boolean NOT NULL DEFAULT false,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT coupons_code_once UNIQUE (brand_id, code),
  CONSTRAINT coupons_value_sane CHECK (value > 0 AND (kind = 'amount' OR value <= 100)),
  CONSTRAINT coupons_used_within_total CHECK (total IS NULL OR used <= total),
  CONSTRAINT coupons_forward CHECK (ends_at IS NULL OR ends_at > starts_at)
);
CREATE TABLE coupon_claims (
  coupon_id uuid NOT NULL REFERENCES coupons,
  buyer_key text NOT NULL,
  quantity integer NOT NULL CONSTRAINT coupon_claims_not_negative CHECK (quantity >= 0),
  PRIMARY KEY (coupon_id, buyer_key)
);
CREATE TABLE coupon_uses (
  order_id uuid NOT NULL,
  coupon_id uuid NOT NULL REFERENCES coupons,
  code text NOT NULL,
  viewer_key text NOT NULL,
  email_key text NOT NULL,
  amount bigint NOT NULL CONSTRAINT coupon_uses_amount_not_negative CHECK (amount >= 0),
  released_at timestamptz,
  PRIMARY KEY (order_id, coupon_id)
);
CREATE INDEX coupon_uses_coupon ON coupon_uses (coupon_id);

-- checkout
CREATE TABLE cart_lines (
  viewer_id uuid NOT NULL REFERENCES viewers,
  brand_id uuid NOT NULL REFERENCES brands,
  show_id uuid NOT NULL REFERENCES shows,
  offer_id uuid NOT NULL REFERENCES offers ON DELETE CASCADE,
  variant_id uuid NOT NULL REFERENCES variants,
  quantity integer NOT NULL CONSTRAINT cart_lines_quantity_positive CHECK (quantity > 0),
  added_at timestamptz NOT NULL DEFAULT engawa_now(),
  PRIMARY KEY (viewer_id, variant_id)
);
CREATE INDEX cart_lines_brand ON cart_lines (viewer_id, brand_id, added_at);
ALTER TABLE orders
  ADD discount_amount bigint NOT NULL DEFAULT 0 CONSTRAINT orders_discount_within_items CHECK (discount_amount BETWEEN 0 AND items_amount),
  ADD prices_include_tax boolean NOT NULL DEFAULT true,
  ADD locale text NOT NULL DEFAULT 'ja' CONSTRAINT orders_locale_known CHECK (locale IN ('ja', 'en')),
  ADD seller jsonb NOT NULL DEFAULT '{}',
  ADD registration_number text,
  ADD payment_method text NOT NULL DEFAULT 'card' CONSTRAINT orders_payment_method_known CHECK (payment_method IN ('card', 'konbini')),
  ADD pay_by timestamptz,
  ADD refunded_amount bigint NOT NULL DEFAULT 0
    CONSTRAINT orders_refunded_within_total CHECK (refunded_amount BETWEEN 0 AND total_amount),
  ADD shipped_at timestamptz,
  ADD carrier text,
  ADD tracking_number text,
  ADD disputed_at timestamptz,
  ADD dispute_state text,
  DROP CONSTRAINT orders_total_adds_up,
  ADD CONSTRAINT orders_total_adds_up CHECK
    (total_amount = items_amount - discount_amount + shipping_amount + CASE WHEN prices_include_tax THEN 0 ELSE tax_amount END),
  ADD CONSTRAINT orders_shipped_is_paid CHECK (shipped_at IS NULL OR state IN ('paid', 'refunded'));
CREATE INDEX orders_brand ON orders (brand_id, id);
ALTER TABLE order_lines
  ADD hold_id uuid REFERENCES holds,
  ADD list_amount bigint,
  ADD deal_id uuid REFERENCES deals,
  ADD restocked integer NOT NULL DEFAULT 0 CONSTRAINT order_lines_restocked_within_sold CHECK (restocked BETWEEN 0 AND quantity);
UPDATE order_lines l SET hold_id = o.hold_id, list_amount = l.unit_amount FROM orders o WHERE o.id = l.order_id;
ALTER TABLE order_lines
  ALTER hold_id SET NOT NULL,
  ALTER list_amount SET NOT NULL,
  ADD CONSTRAINT order_lines_hold_once UNIQUE (hold_id);
DROP INDEX orders_one_open_per_hold;
ALTER TABLE orders DROP hold_id;
CREATE TABLE order_taxes (
  order_id uuid NOT NULL REFERENCES orders,
  rate_bp integer NOT NULL,
  taxable_amount bigint NOT NULL,
  tax_amount bigint NOT NULL,
  PRIMARY KEY (order_id, rate_bp)
);
INSERT INTO order_taxes (order_id, rate_bp, taxable_amount, tax_amount)
  SELECT o.id, l.tax_rate_bp, o.total_amount, o.tax_amount FROM orders o JOIN order_lines l ON l.order_id = o.id AND l.position = 1;
ALTER TABLE order_events
  ADD kind text NOT NULL DEFAULT 'state',
  ADD member_id uuid REFERENCES members,
  ADD details jsonb,
  ALTER to_state DROP NOT NULL,
  ADD CONSTRAINT order_events_state_has_state CHECK ((kind = 'state') = (to_state IS NOT NULL));
ALTER TABLE refunds
  ADD kind text NOT NULL DEFAULT 'staff' CONSTRAINT refunds_kind_known CHECK (kind IN ('staff', 'late')),
  ADD payment_intent_id text,
  ADD member_id uuid REFERENCES members,
  ADD failure text;
UPDATE refunds SET kind = 'late', payment_intent_id = substr(reason, 14) WHERE reason LIKE 'late payment %';
UPDATE refunds r SET payment_intent_id = o.payment_intent_id FROM orders o WHERE o.id = r.order_id AND r.payment_intent_id IS NULL;
ALTER TABLE refunds ALTER payment_intent_id SET NOT NULL;
CREATE UNIQUE INDEX refunds_late_once ON refunds (payment_intent_id) WHERE kind = 'late';
`);
  }

  async down(): Promise<void> {
    throw new Error(
      'What was sold on these terms cannot be put back into the tables before them: restore a backup instead.',
    );
  }
}
