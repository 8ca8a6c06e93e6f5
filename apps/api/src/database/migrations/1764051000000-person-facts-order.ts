import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The two orders in which customers are mostly listed, with whoever has no value at the end. */
export class PersonFactsOrder1764051000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP INDEX person_facts_seen;
CREATE INDEX person_facts_seen ON person_facts (brand_id, last_seen_at DESC NULLS LAST, person_id);
CREATE INDEX person_facts_net ON person_facts (brand_id, net_amount DESC NULLS LAST, person_id);
`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
DROP INDEX person_facts_seen, person_facts_net;
CREATE INDEX person_facts_seen ON person_facts (brand_id, last_seen_at, person_id);
`);
  }
}
