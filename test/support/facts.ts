import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IngestRequest } from '#contracts/ingest';
import { MediaFact, type GrantClaims } from '#contracts/media';
import type { ErrorCode } from '#contracts/errors';
import { validate } from '#platform/validate';

export interface FactsDesk {
  /** For API_URL. */
  url: string;
  /** All that arrived, heartbeats included, in order. */
  facts: MediaFact[];
  /** Resolves with the first such fact of a broadcast, be it past or to come. */
  fact<T extends MediaFact['type']>(type: T, broadcastId?: string): Promise<Extract<MediaFact, { type: T }>>;
  /** Answers the next facts of a broadcast's beginning or end with these codes instead of 200. */
  refuseNext(...statuses: number[]): void;
  /** What was answered with something else than 200. */
  refused: { status: number; fact: MediaFact }[];
  authorizations: Set<string>;
  /** Says who may come in with an encoder: nobody, until a test does. */
  admit: (request: IngestRequest) => GrantClaims | null | ErrorCode;
  /** What encoders asked for, in order. */
  asked: IngestRequest[];
  close(): Promise<void>;
}

/** The end of the wire where a media process reports: keeps what it is told, each fact parsed by the contract. */
export async function openFactsDesk(): Promise<FactsDesk> {
  const facts: MediaFact[] = [];
  const refused: FactsDesk['refused'] = [];
  const authorizations = new Set<string>();
  const statuses: number[] = [];
  const listeners = new Set<() => void>();
  const asked: IngestRequest[] = [];
  const answerEncoder = (body: string): { status: number; answer: object } => {
    const request = validate(IngestRequest, JSON.parse(body));
    asked.push(request);
    const said = desk.admit(request);
    if (typeof said !== 'string') return { status: 200, answer: { claims: said } };
    return { status: 409, answer: { code: said, message: said, requestId: 'TEST' } };
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (request.url === '/api/media/ingest') {
        const { status, answer } = answerEncoder(body);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
        return;
      }
      const fact = validate(MediaFact, JSON.parse(body));
      // Recordings and incidents are told whenever they are so, and belong to no step of a test.
      const isStep = fact.type === 'ready' || fact.type === 'ended';
      const status = isStep ? (statuses.shift() ?? 200) : 200;
      authorizations.add(request.headers.authorization ?? '');
      if (status === 200) facts.push(fact);
      else refused.push({ status, fact });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      for (const listener of [...listeners]) listener();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const desk: FactsDesk = {
    admit: () => 'unauthenticated',
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    facts,
    refused,
    authorizations,
    refuseNext: (...next) => void statuses.push(...next),
    fact<T extends MediaFact['type']>(type: T, broadcastId?: string) {
      type Wanted = Extract<MediaFact, { type: T }>;
      const fits = (fact: MediaFact) =>
        fact.type === type && (!broadcastId || !('broadcastId' in fact) || fact.broadcastId === broadcastId);
      const find = () => facts.find(fits) as Wanted | undefined;
      return new Promise<Wanted>((resolve) => {
        const look = () => {
          const found = find();
          if (!found) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
      });
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return desk;
}
