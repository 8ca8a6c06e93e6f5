import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Access } from './accounts/index.ts';
import { Database } from './database/index.ts';

type PartState = 'ok' | 'missing';

@Controller('/api')
@Access('public')
export class HealthController {
  constructor(private readonly database: Database) {}

  /** Alive: answers as long as the event loop turns. */
  @Get('health')
  health(): object {
    return { ok: true };
  }

  /** Ready to serve, part by part; 503 while one is missing. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const parts: Record<string, PartState> = {
      database: await this.#state(async () => (await this.database.sql('SELECT 1')).rows.length === 1),
      migrations: await this.#state(async () => !(await this.database.dataSource.showMigrations())),
      media: await this.#state(async () => {
        const { rows } = await this.database.sql(
          `SELECT 1 FROM media_nodes WHERE seen_at > now() - interval '4 seconds' LIMIT 1`,
        );
        return rows.length === 1;
      }),
    };
    const ok = Object.values(parts).every((state) => state === 'ok');
    if (!ok) void reply.status(503).header('Retry-After', '1');
    return { ok, parts };
  }

  async #state(check: () => Promise<boolean>): Promise<PartState> {
    return (await check().catch(() => false)) ? 'ok' : 'missing';
  }
}
