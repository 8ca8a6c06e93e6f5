import { Injectable } from '@nestjs/common';
import { Database } from '../database/index.ts';

/** Whose a show is, kept in memory: a show never changes its brand. */
@Injectable()
export class ShowBrands {
  readonly #brands = new Map<string, string>();

  constructor(private readonly database: Database) {}

  async of(showId: string): Promise<string> {
    const known = this.#brands.get(showId);
    if (known) return known;
    const { rows } = await this.database.sql<{ brand_id: string }>(`SELECT brand_id FROM shows WHERE id = $1`, [
      showId,
    ]);
    const brandId = rows[0]!.brand_id;
    this.#brands.set(showId, brandId);
    return brandId;
  }
}
