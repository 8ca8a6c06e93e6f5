import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What orders kept, by person and product; and what customers are forecast to be worth. */
export class CustomerValue1764040000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
-- One row for each order that was paid. Figures of money read this, and invariant 14 holds it against orders and refunds.
-- What is refunded counts against its order, whenever it was.
CREATE INDEX orders_paid_facts ON orders (brand_id, paid_at) INCLUDE (id, show_id, viewer_id, total_amount, refunded_amount)
  WHERE state IN ('paid', 'refunded');
CREATE VIEW paid_orders AS
  SELECT o.id AS order_id, o.brand_id, o.show_id, o.viewer_id, COALESCE(l.person_id, o.viewer_id) AS person_id, o.paid_at,
         o.total_amount AS gmv_amount, o.total_amount - o.refunded_amount AS net_amount
  FROM orders o LEFT JOIN person_links l ON l.brand_id = o.brand_id AND l.subject_id = o.viewer_id
  WHERE o.state IN ('paid', 'refunded');

-- The same money by line, and what was paid for delivery in a row without a product. Coupons, taxes and refunds are spread over the parts
-- by what was paid for each, rounded so that the parts make the whole to the last unit.
CREATE VIEW paid_lines AS
  WITH part AS (
    SELECT o.id AS order_id, o.brand_id, o.show_id, o.viewer_id, o.paid_at, o.total_amount AS gmv, o.total_amount - o.refunded_amount AS net,
           o.items_amount - o.discount_amount AS goods, o.items_amount AS items, o.shipping_amount AS shipping,
           p.position, p.product_id, p.variant_id, p.quantity, p.amount,
           sum(p.amount) OVER (PARTITION BY o.id, o.brand_id, o.show_id, o.viewer_id ORDER BY p.position) AS up_to
    FROM orders o CROSS JOIN LATERAL (
      SELECT position, product_id, variant_id, quantity, unit_amount * quantity AS amount FROM order_lines WHERE order_id = o.id
      UNION ALL SELECT 2147483647, NULL, NULL, 0, o.shipping_amount
    ) p
    WHERE o.state IN ('paid', 'refunded')
  ), edge AS (
    SELECT *, goods + shipping AS whole,
      CASE WHEN product_id IS NULL THEN goods + shipping ELSE COALESCE(goods * up_to / NULLIF(items, 0), 0) END AS high,
      CASE WHEN product_id IS NULL THEN goods ELSE COALESCE(goods * (up_to - amount) / NULLIF(items, 0), 0) END AS low
    FROM part
  )
  SELECT e.order_id, e.brand_id, e.show_id, e.viewer_id, COALESCE(l.person_id, e.viewer_id) AS person_id, e.paid_at,
         e.position, e.product_id, e.variant_id, e.quantity,
         COALESCE(round(e.gmv * e.high / NULLIF(e.whole, 0)) - round(e.gmv * e.low / NULLIF(e.whole, 0)), 0)::bigint AS gmv_amount,
         COALESCE(round(e.net * e.high / NULLIF(e.whole, 0)) - round(e.net * e.low / NULLIF(e.whole, 0)), 0)::bigint AS net_amount
  FROM edge e LEFT JOIN person_links l ON l.brand_id = e.brand_id AND l.subject_id = e.viewer_id;

CREATE TABLE value_settings (
  brand_id uuid PRIMARY KEY REFERENCES brands,
  margin_bp integer CONSTRAINT value_settings_margin_sane CHECK (margin_bp BETWEEN 0 AND 10000),
  discount_bp integer NOT NULL DEFAULT 1000 CONSTRAINT value_settings_discount_sane CHECK (discount_bp BETWEEN 0 AND 10000)
);

-- Every fit is kept with its diagnostics, also one that came to nothing; the forecasts of persons are those of the last that came to something.
CREATE TABLE value_models (
  id uuid PRIMARY KEY,
  brand_id uuid NOT NULL REFERENCES brands,
  outcome text NOT NULL CONSTRAINT value_models_outcome_known CHECK (outcome IN ('fitted', 'not_enough_data')),
  observed_until date NOT NULL,
  customers integer NOT NULL,
  repeat_customers integer NOT NULL,
  mean_p_alive double precision,
  predicted_amount bigint,
  diagnostics jsonb NOT NULL,
  duration_ms integer NOT NULL,
  fitted_at timestamptz NOT NULL DEFAULT engawa_now(),
  CONSTRAINT value_models_fit_has_forecast CHECK ((outcome = 'fitted') = (mean_p_alive IS NOT NULL AND predicted_amount IS NOT NULL))
);
CREATE INDEX value_models_brand ON value_models (brand_id, fitted_at);

-- person_id as it was resolved at the fit: a merge after it moves the forecasts with the next fit.
CREATE TABLE person_values (
  brand_id uuid NOT NULL,
  person_id uuid NOT NULL,
  model_id uuid NOT NULL REFERENCES value_models ON DELETE CASCADE,
  p_alive double precision NOT NULL,
  expected_orders double precision NOT NULL,
  expected_order_amount bigint NOT NULL,
  predicted_amount bigint NOT NULL,
  PRIMARY KEY (brand_id, person_id)
);
CREATE INDEX person_values_model ON person_values (model_id);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP TABLE person_values, value_models, value_settings;
DROP VIEW paid_lines, paid_orders;
DROP INDEX orders_paid_facts;
`);
  }
}
