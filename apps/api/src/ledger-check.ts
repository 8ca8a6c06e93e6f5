import { Controller, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { ledgerApi, type LedgerFinding } from '#contracts/ledger';
import { Endpoint } from '#platform/endpoint';
import { logger } from '#platform/logger';
import { Access } from './accounts/index.ts';
import { StripeClients } from './checkout/index.ts';
import { Database, Jobs, timeColumn } from './database/index.ts';
import { findAll } from './verify.ts';

const FIRST_SECONDS = 60;
const EVERY_SECONDS = 3_600;
const KEPT = 200;

@Entity('ledger_checks')
export class LedgerCheck {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id!: string;
  @Column(timeColumn()) checkedAt!: Date;
  @Column({ type: 'jsonb' }) findings!: LedgerFinding[];
}

/** Checks every hour what `npm run verify` checks, so that a violation is seen before a customer writes. */
@Injectable()
export class LedgerCheckJob implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly stripes: StripeClients,
  ) {}

  onModuleInit(): void {
    this.jobs.register('check-ledger', async () => {
      await this.#plan(EVERY_SECONDS);
      await this.check();
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.#plan(FIRST_SECONDS);
  }

  /** The next one an hour from now: while a history moves the clock, what is done at once seems to have been left for hours. */
  async postpone(): Promise<void> {
    await this.#plan(EVERY_SECONDS);
  }

  async check(): Promise<void> {
    const found = await findAll(this.database, this.stripes, true);
    const findings: LedgerFinding[] = found.map(({ number, rule, result, rows }) => ({
      number,
      rule,
      result,
      rows: result === 'broken' ? rows.length : 0,
    }));
    for (const { number, rule, rows } of findings.filter(({ result }) => result === 'broken')) {
      logger.error({ number, rule, rows }, 'the ledger is broken: npm run verify shows the rows');
    }
    await this.database.transaction(async (tx) => {
      await tx.sql(`INSERT INTO ledger_checks (findings) VALUES ($1)`, [JSON.stringify(findings)]);
      await tx.sql(`DELETE FROM ledger_checks WHERE id <= (SELECT max(id) FROM ledger_checks) - $1`, [KEPT]);
    });
  }

  async #plan(delaySeconds: number): Promise<void> {
    await this.database.transaction((tx) => tx.addJob('check-ledger', {}, { delaySeconds, key: 'check-ledger' }));
  }
}

@Controller()
export class LedgerController {
  constructor(private readonly database: Database) {}

  /** Rules and numbers, no rows: those may be another brand's. */
  @Endpoint(ledgerApi.check)
  @Access('orders.read')
  async check() {
    const [last] = await this.database.repository(LedgerCheck).find({ order: { id: 'DESC' }, take: 1 });
    return { check: last ? { checkedAt: last.checkedAt.toISOString(), findings: last.findings } : null };
  }
}
