import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { journeysApi, type Journeys } from '#contracts/journeys';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { Database, Shared } from '../../database/index.ts';
import { journeys } from './journeys.queries.ts';

@Controller()
export class JourneysController {
  /** It reads the paths of many people: those who ask the same at one moment share an answer. */
  readonly #asked = new Shared<Journeys>();

  constructor(private readonly database: Database) {}

  @Endpoint(journeysApi.read)
  @Access('insights.read')
  read(
    @CurrentMember() { brandId }: Actor,
    @Input(journeysApi.read) request: ParsedRequestOf<typeof journeysApi.read>,
  ): Promise<Journeys> {
    const asked = { ...request, brandId };
    return this.#asked.get(JSON.stringify(asked), async () => {
      const { rows } = await this.database.sql<{ now: Date }>(`SELECT engawa_now() AS now`);
      return { ...(await journeys(this.database, asked)), asOf: rows[0]!.now.toISOString() };
    });
  }
}
