import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { accountsApi } from '#contracts/accounts';
import { peopleApi } from '#contracts/people';
import { showsApi, type PublicShow } from '#contracts/shows';
import type { Guest } from '#contracts/people';
import type { Bench } from '../support/bench.ts';
import { startApi, startPart, type ApiProcess } from '../support/processes.ts';
import type { Command, Outcome, Run, System } from './protocol.ts';

const SOCKETS = 500;
const GENERATORS = 2;

/** A show with 500 viewers twice over, in our api and in the baseline, on one PostgreSQL. */
export interface Stage {
  /** First process of PostgreSQL. */
  postgres: number;
  servers: Record<System, number>;
  sockets: number;
  database: Client;
  /** Lets the generators do one run; answers theirs and, apart, the observer's, who sends nothing. */
  play(run: Omit<Run, 'share' | 'shares'>): Promise<{ all: Outcome[]; observer: Outcome }>;
}

export async function setTheStage(bench: Bench): Promise<Stage> {
  const postgres = await bench.startDatabase();
  const database = new Client({ connectionString: postgres.url });
  await database.connect();
  bench.onClose(() => database.end());
  await database.query(
    `CREATE TABLE bench_messages (LIKE chat_messages INCLUDING ALL,
       FOREIGN KEY (show_id) REFERENCES shows, FOREIGN KEY (viewer_id) REFERENCES viewers)`,
  );
  const api = await startApi(bench, postgres.url);
  const show = await createShow(api);
  const guests: Guest[] = [];
  for (let made = 0; made < SOCKETS; made += 1) guests.push(await post<Guest>(api, peopleApi.guest.path, {}));

  const baseline = startPart(bench, join(import.meta.dirname, 'baseline.ts'), { DATABASE_URL: postgres.url });
  const [{ port }] = (await once(baseline, 'message')) as [{ port: number }];
  const auths: Record<System, (guest: Guest) => object> = {
    ours: ({ token }) => ({ guest: token }),
    baseline: ({ viewerId }) => ({ viewerId }),
  };

  const generators = Array.from({ length: GENERATORS }, () => new Generator(bench));
  const observer = new Generator(bench);
  // A server writes to its sockets in the order of their coming. The observer's stand first, in the middle and last.
  const seats = [1, 249, 1, 248, 1];
  const who = [observer, generators[0]!, observer, generators[1]!, observer];
  for (const system of ['ours', 'baseline'] as const) {
    let seated = 0;
    for (const [index, generator] of who.entries()) {
      const group = guests.slice(seated, (seated += seats[index]!));
      await generator.do({
        type: 'connect',
        system,
        port: system === 'ours' ? api.port : port,
        showId: show.id,
        auths: group.map(auths[system]),
      });
    }
  }

  return {
    postgres: postgres.pid,
    servers: { ours: api.pid, baseline: baseline.pid! },
    sockets: SOCKETS,
    database,
    async play(run) {
      const [seen, ...others] = await Promise.all([
        observer.do({ type: 'run', ...run, share: null, shares: GENERATORS }),
        ...generators.map((generator, share) => generator.do({ type: 'run', ...run, share, shares: GENERATORS })),
      ]);
      return { all: [seen!, ...others] as Outcome[], observer: seen! };
    },
  };
}

/** The other end of generator.ts. */
class Generator {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (outcome: Outcome) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor(bench: Bench) {
    this.#child = startPart(bench, join(import.meta.dirname, 'generator.ts'));
    this.#child.on('message', ({ id, outcome, error }: { id: number; outcome: Outcome; error?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(outcome);
      else waiting?.reject(new Error(error));
    });
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('a generator ended'));
    });
  }

  do(command: Command): Promise<Outcome> {
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, command });
    });
  }
}

async function createShow(api: ApiProcess): Promise<PublicShow> {
  const owner = await fetch(`${api.url}${accountsApi.createFirstMember.path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      setupCode: api.setupCode,
      brandName: '器の渚',
      name: '早川',
      email: 'owner@example.jp',
      password: 'a password for a bench',
    }),
  });
  const cookie = owner.headers.get('set-cookie')?.split(';')[0];
  if (!cookie) throw new Error(await owner.text());
  const show = {
    title: '秋の窯出し',
    subtitle: '',
    slug: 'bench',
    hostName: '早川',
    startsAt: new Date().toISOString(),
    endsAt: null,
    productIds: [],
  };
  return post<PublicShow>(api, showsApi.create.path, show, { cookie });
}

async function post<Reply>(
  api: ApiProcess,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const response = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Reply;
}
