import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The tables of the first product. Constraints carry the name of the rule that they hold. A relation across modules is a foreign
 * key upward only (checkout knows stock, stock does not know checkout): where a lower table names a higher row, it is a plain id.
 */
export class Foundation1763760000000 implements MigrationInterface {
  readonly name = 'Foundation1763760000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- clock: business SQL asks engawa_now(), never now(), so that histories can be played through the real services
CREATE TABLE clock_offsets (
  singleton boolean PRIMARY KEY DEFAULT true CONSTRAINT clock_offsets_one_row CHECK (singleton),
  ahead interval NOT NULL DEFAULT interval '0'
);
INSERT INTO clock_offsets DEFAULT VALUES;
CREATE FUNCTION engawa_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT now() + (SELECT ahead FROM clock_offsets) $$;

-- accounts
CREATE TABLE brands (
  id uuid PRIMARY KEY,
  slug text NOT NULL CONSTRAINT brands_slug_key UNIQUE,
  name text NOT NULL,
  logo_image_id uuid,
  currency char(3) NOT NULL,
  time_zone text NOT NULL,
  tax_rate_bp integer NOT NULL CONSTRAINT brands_tax_rate_sane CHECK (tax_rate_bp BETWEEN 0 AND 5000),
  shipping_amount bigint NOT NULL CONSTRAINT brands_shipping_not_negative CHECK (shipping_amount >= 0),
  free_shipping_from_amount bigint,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE members (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  email text NOT NULL CONSTRAINT members_email_key UNIQUE,
  name text NOT NULL,
  role text NOT NULL CONSTRAINT members_role_known CHECK (role IN ('owner', 'host', 'moderator', 'marketer')),
  password_hash text NOT NULL,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX members_brand ON members (brand_id);
CREATE TABLE sessions (
  token_hash bytea PRIMARY KEY,
  member_id uuid NOT NULL REFERENCES members,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_member ON sessions (member_id);

-- people
CREATE TABLE viewers (
  id uuid PRIMARY KEY,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE bans (
  brand_id uuid NOT NULL REFERENCES brands,
  viewer_id uuid NOT NULL REFERENCES viewers,
  banned_by uuid NOT NULL REFERENCES members,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (brand_id, viewer_id)
);

-- catalog
CREATE TABLE images (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  width integer NOT NULL,
  height integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE brands ADD CONSTRAINT brands_logo FOREIGN KEY (logo_image_id) REFERENCES images;
CREATE TABLE products (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  name text NOT NULL,
  note text NOT NULL,
  description text NOT NULL,
  image_id uuid REFERENCES images,
  archived_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX products_brand ON products (brand_id, id);
CREATE TABLE variants (
  id uuid PRIMARY KEY,
  product_id uuid NOT NULL REFERENCES products,
  brand_id uuid NOT NULL REFERENCES brands,
  position integer NOT NULL,
  name text NOT NULL,
  sku text NOT NULL,
  price_amount bigint NOT NULL CONSTRAINT variants_price_positive CHECK (price_amount > 0),
  swatch text,
  image_id uuid REFERENCES images,
  archived_at timestamptz
);
CREATE UNIQUE INDEX variants_sku_key ON variants (brand_id, sku) WHERE archived_at IS NULL;
CREATE INDEX variants_product ON variants (product_id, position);
CREATE TABLE stock_levels (
  variant_id uuid PRIMARY KEY REFERENCES variants,
  on_hand integer NOT NULL CONSTRAINT stock_levels_on_hand_not_negative CHECK (on_hand >= 0),
  reserved integer NOT NULL CONSTRAINT stock_levels_reserved_within_on_hand CHECK (reserved BETWEEN 0 AND on_hand)
) WITH (fillfactor = 50);
CREATE TABLE stock_movements (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  variant_id uuid NOT NULL REFERENCES variants,
  kind text NOT NULL CONSTRAINT stock_movements_kind_known
    CHECK (kind IN ('receive', 'hold', 'release', 'sell', 'restock', 'adjust')),
  on_hand_delta integer NOT NULL,
  reserved_delta integer NOT NULL,
  reference text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT stock_movements_once UNIQUE (variant_id, kind, reference)
);
CREATE TABLE holds (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  show_id uuid NOT NULL,
  offer_id uuid NOT NULL,
  variant_id uuid NOT NULL REFERENCES variants,
  viewer_id uuid NOT NULL REFERENCES viewers,
  key text NOT NULL,
  quantity integer NOT NULL CONSTRAINT holds_quantity_positive CHECK (quantity > 0),
  revision integer NOT NULL DEFAULT 0,
  state text NOT NULL CONSTRAINT holds_state_known CHECK (state IN ('active', 'attached', 'sold', 'released')),
  order_id uuid,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  CONSTRAINT holds_key_once UNIQUE (viewer_id, key),
  CONSTRAINT holds_attached_has_order CHECK (state IN ('active', 'released') OR order_id IS NOT NULL)
);
CREATE UNIQUE INDEX holds_one_open_per_offer ON holds (viewer_id, offer_id) WHERE state IN ('active', 'attached');
CREATE INDEX holds_expiry ON holds (expires_at) WHERE state = 'active';
CREATE INDEX holds_variant_open ON holds (variant_id) WHERE state IN ('active', 'attached');
CREATE INDEX holds_show ON holds (show_id, created_at);

-- shows
CREATE TABLE shows (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  slug text NOT NULL CONSTRAINT shows_slug_key UNIQUE,
  title text NOT NULL,
  subtitle text NOT NULL,
  host_name text NOT NULL,
  poster_image_id uuid REFERENCES images,
  state text NOT NULL CONSTRAINT shows_state_known CHECK (state IN ('scheduled', 'starting', 'live', 'ended')),
  starts_at timestamptz NOT NULL,
  ends_at timestamptz,
  live_since timestamptz,
  ended_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX shows_brand ON shows (brand_id, starts_at);
CREATE TABLE rooms (
  show_id uuid PRIMARY KEY REFERENCES shows ON DELETE CASCADE,
  seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
CREATE TABLE offers (
  id uuid PRIMARY KEY,
  show_id uuid NOT NULL REFERENCES shows ON DELETE CASCADE,
  product_id uuid NOT NULL REFERENCES products,
  position integer NOT NULL,
  CONSTRAINT offers_product_once UNIQUE (show_id, product_id),
  CONSTRAINT offers_position_once UNIQUE (show_id, position) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX offers_product ON offers (product_id);
CREATE TABLE pins (
  id uuid PRIMARY KEY,
  show_id uuid NOT NULL REFERENCES shows,
  offer_id uuid NOT NULL REFERENCES offers,
  pinned_at timestamptz NOT NULL,
  unpinned_at timestamptz
);
CREATE INDEX pins_show ON pins (show_id, pinned_at);
CREATE UNIQUE INDEX pins_one_on_screen ON pins (show_id) WHERE unpinned_at IS NULL;
CREATE TABLE media_nodes (
  id text PRIMARY KEY,
  boot_id uuid NOT NULL,
  public_url text NOT NULL,
  control_url text NOT NULL,
  seen_at timestamptz NOT NULL
);
CREATE TABLE broadcasts (
  id uuid PRIMARY KEY,
  show_id uuid NOT NULL REFERENCES shows,
  node_id text NOT NULL REFERENCES media_nodes,
  boot_id uuid NOT NULL,
  state text NOT NULL CONSTRAINT broadcasts_state_known CHECK (state IN ('starting', 'live', 'ended')),
  started_at timestamptz NOT NULL,
  ready_at timestamptz,
  ended_at timestamptz,
  end_reason text,
  CONSTRAINT broadcasts_end_has_reason CHECK ((state = 'ended') = (end_reason IS NOT NULL))
);
CREATE UNIQUE INDEX broadcasts_one_open ON broadcasts (show_id) WHERE state <> 'ended';
CREATE INDEX broadcasts_show ON broadcasts (show_id, started_at);

-- chat
CREATE TABLE chat_messages (
  id uuid PRIMARY KEY,
  show_id uuid NOT NULL REFERENCES shows,
  seq bigint NOT NULL,
  author_key text NOT NULL,
  client_message_id text NOT NULL,
  viewer_id uuid REFERENCES viewers,
  member_id uuid REFERENCES members,
  name text NOT NULL,
  role text NOT NULL CONSTRAINT chat_messages_role_known CHECK (role IN ('viewer', 'host', 'moderator', 'system')),
  text text NOT NULL,
  sent_at timestamptz NOT NULL,
  deleted_seq bigint,
  deleted_by uuid REFERENCES members,
  CONSTRAINT chat_messages_seq_once UNIQUE (show_id, seq),
  CONSTRAINT chat_messages_client_id_once UNIQUE (show_id, author_key, client_message_id)
);
CREATE INDEX chat_messages_deleted ON chat_messages (show_id, deleted_seq) WHERE deleted_seq IS NOT NULL;
CREATE TABLE mutes (
  show_id uuid NOT NULL REFERENCES shows,
  viewer_id uuid NOT NULL REFERENCES viewers,
  until timestamptz NOT NULL,
  muted_by uuid NOT NULL REFERENCES members,
  PRIMARY KEY (show_id, viewer_id)
);

-- checkout
CREATE TABLE orders (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  show_id uuid NOT NULL REFERENCES shows,
  viewer_id uuid NOT NULL REFERENCES viewers,
  hold_id uuid NOT NULL REFERENCES holds,
  key text NOT NULL,
  number text NOT NULL CONSTRAINT orders_number_key UNIQUE,
  state text NOT NULL CONSTRAINT orders_state_known CHECK (state IN ('pending', 'paid', 'canceled', 'refunded')),
  cancel_reason text,
  currency char(3) NOT NULL,
  items_amount bigint NOT NULL,
  shipping_amount bigint NOT NULL,
  tax_amount bigint NOT NULL,
  total_amount bigint NOT NULL,
  brand_name text NOT NULL,
  email text NOT NULL,
  name text NOT NULL,
  phone text NOT NULL,
  address jsonb NOT NULL,
  payment_intent_id text CONSTRAINT orders_payment_intent_once UNIQUE,
  placed_at timestamptz NOT NULL,
  paid_at timestamptz,
  CONSTRAINT orders_key_once UNIQUE (viewer_id, key),
  CONSTRAINT orders_total_adds_up CHECK (total_amount = items_amount + shipping_amount),
  CONSTRAINT orders_canceled_has_reason CHECK ((state = 'canceled') = (cancel_reason IS NOT NULL)),
  CONSTRAINT orders_paid_has_time CHECK (state NOT IN ('paid', 'refunded') OR paid_at IS NOT NULL)
);
CREATE UNIQUE INDEX orders_one_open_per_hold ON orders (hold_id) WHERE state <> 'canceled';
CREATE INDEX orders_show ON orders (show_id, paid_at);
CREATE INDEX orders_pending ON orders (placed_at) WHERE state = 'pending';
CREATE TABLE order_lines (
  order_id uuid NOT NULL REFERENCES orders,
  position integer NOT NULL,
  product_id uuid NOT NULL REFERENCES products,
  variant_id uuid NOT NULL REFERENCES variants,
  product_name text NOT NULL,
  variant_name text NOT NULL,
  sku text NOT NULL,
  image_id uuid REFERENCES images,
  unit_amount bigint NOT NULL,
  quantity integer NOT NULL CONSTRAINT order_lines_quantity_positive CHECK (quantity > 0),
  tax_rate_bp integer NOT NULL,
  PRIMARY KEY (order_id, position)
);
CREATE TABLE order_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  from_state text,
  to_state text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT engawa_now()
);
CREATE INDEX order_events_order ON order_events (order_id);
CREATE UNIQUE INDEX order_events_paid_once ON order_events (order_id) WHERE to_state = 'paid';
CREATE TABLE payment_attempts (
  order_id uuid NOT NULL REFERENCES orders,
  number integer NOT NULL,
  confirmation_token_id text NOT NULL,
  decline_code text,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  PRIMARY KEY (order_id, number)
);
CREATE TABLE refunds (
  id uuid PRIMARY KEY,
  order_id uuid NOT NULL REFERENCES orders,
  amount bigint NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount > 0),
  reason text NOT NULL,
  stripe_refund_id text,
  created_at timestamptz NOT NULL DEFAULT engawa_now(),
  settled_at timestamptz
);
CREATE INDEX refunds_order ON refunds (order_id);
CREATE TABLE stripe_events (
  id text PRIMARY KEY,
  type text NOT NULL,
  payment_intent_id text,
  payload jsonb NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  processed_at timestamptz
);

-- engagement
CREATE TABLE interactions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_key bytea NOT NULL CONSTRAINT interactions_message_once UNIQUE,
  brand_id uuid NOT NULL,
  show_id uuid NOT NULL,
  viewer_id uuid,
  name text NOT NULL,
  product_id uuid,
  quantity integer NOT NULL DEFAULT 1,
  occurred_at timestamptz NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX interactions_show ON interactions (show_id, name, occurred_at);
CREATE TABLE watch_intervals (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL,
  show_id uuid NOT NULL,
  viewer_id uuid NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz NOT NULL,
  CONSTRAINT watch_intervals_forward CHECK (ended_at >= started_at)
);
CREATE INDEX watch_intervals_show ON watch_intervals (show_id, started_at);
`);
  }

  async down(): Promise<void> {
    throw new Error('The first migration is not undone: drop the database instead.');
  }
}
