import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many of an offer were paid for, counted as they are sold: adding up its holds cost every page of a show the more, the more it had sold. */
export class OffersSold1764600000000 implements MigrationInterface {
  readonly name = 'OffersSold1764600000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
ALTER TABLE offers ADD sold integer NOT NULL DEFAULT 0 CONSTRAINT offers_sold_not_negative CHECK (sold >= 0);
UPDATE offers o SET sold = h.sold
  FROM (SELECT offer_id, sum(quantity)::int AS sold FROM holds WHERE state = 'sold' GROUP BY offer_id) h WHERE h.offer_id = o.id;
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE offers DROP COLUMN sold`);
  }
}
