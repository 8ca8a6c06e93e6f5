import { Injectable } from '@nestjs/common';
import type { Snapshot } from '#contracts/room';
import type { Tx } from '../database/index.ts';
import type { Connection } from '../realtime/index.ts';

export interface SnapshotRequest {
  connection: Connection;
  showId: string;
  brandId: string;
  since: number | undefined;
}

type Part = (tx: Tx, request: SnapshotRequest) => Promise<Partial<Snapshot>>;

/**
 * A snapshot of a room holds what modules above this one know (messages, sales). They add their part here, so that `show.join` stays one
 * answer of one moment without a dependency uphill.
 */
@Injectable()
export class SnapshotParts {
  readonly #parts: Part[] = [];

  add(part: Part): void {
    this.#parts.push(part);
  }

  async gather(tx: Tx, request: SnapshotRequest): Promise<Partial<Snapshot>> {
    const parts: Partial<Snapshot> = {};
    for (const part of this.#parts) Object.assign(parts, await part(tx, request));
    return parts;
  }
}
