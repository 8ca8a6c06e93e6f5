import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { createClient, type ClickHouseClient } from '@clickhouse/client';
import { config } from '#platform/config';
import { logger } from '#platform/logger';
import { Database } from '../../database/index.ts';
import { Analytics } from './analytics.ts';
import { ClickHouseAnalytics } from './clickhouse-analytics.ts';
import { ClickHouseCopy } from './clickhouse-copy.ts';
import { PostgresAnalytics } from './postgres-analytics.ts';

const COPY_EVERY_MS = 5_000;

/** Who answers questions about the log: PostgreSQL, or ClickHouse where `CLICKHOUSE_URL` names one, which is then kept up to date. */
@Injectable()
export class AnalyticsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly analytics: Analytics;
  readonly #client: ClickHouseClient | undefined;
  readonly #copy: ClickHouseCopy | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(private readonly database: Database) {
    if (config.clickhouseUrl) {
      this.#client = createClient({ url: config.clickhouseUrl });
      this.#copy = new ClickHouseCopy(database, this.#client);
      this.analytics = new ClickHouseAnalytics(this.#client, (brandId) => this.#timeZoneOf(brandId));
    } else {
      this.analytics = new PostgresAnalytics(database);
    }
  }

  onApplicationBootstrap(): void {
    if (this.#copy) this.#again();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await this.#client?.close();
  }

  /** Brings ClickHouse up to the rollups; nothing without one. */
  async catchUp(): Promise<void> {
    await this.#copy?.catchUp();
  }

  #again(): void {
    this.#timer = setTimeout(() => void this.#look(), COPY_EVERY_MS);
  }

  async #look(): Promise<void> {
    await this.catchUp().catch((error: unknown) => {
      if (!this.#stopping) logger.warn({ err: error }, 'the log was not copied to ClickHouse, trying again');
    });
    if (!this.#stopping) this.#again();
  }

  async #timeZoneOf(brandId: string): Promise<string> {
    const { rows } = await this.database.sql<{ zone: string }>(`SELECT time_zone AS zone FROM brands WHERE id = $1`, [
      brandId,
    ]);
    return rows[0]!.zone;
  }
}
