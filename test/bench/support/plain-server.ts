import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkoutApi } from '#contracts/checkout';
import { AppError, errorBody, newRequestId } from '#platform/app-error';
import { verifyToken } from '#platform/grants';
import { validate } from '#platform/validate';
import { Holds } from './holds.ts';

// The baseline: node:http by itself. It parses, authenticates the guest, validates by the same schema, takes the hold by the same
// coalesced statement and answers it. It knows of no brand, show or price, and of nobody who is banned.

const { brandId } = process.env as { brandId: string };
const holds = await Holds.open(process.env.DATABASE_URL!);

async function hold(request: IncomingMessage, body: string): Promise<object> {
  const token = /^Guest (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (!token) throw new AppError('unauthenticated');
  const { sub } = await verifyToken('guest', token);
  const { key, quantity, showId, offerId, variantId } = validate(checkoutApi.hold.request, JSON.parse(body));
  const offer = { showId, offerId, variantId };
  const outcome = await holds.take({ brandId, ...offer }, sub!, key, quantity);
  if (!outcome.made) throw new AppError('conflict');
  const { id, createdAt, expiresAt } = outcome;
  const serverTime = new Date();
  return { hold: { id, ...offer, quantity, createdAt, expiresAt, state: 'active', serverTime } };
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    hold(request, Buffer.concat(chunks).toString('utf8')).then(
      (answer) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      },
      (error: Error) => {
        response.statusCode = error instanceof AppError && error.code === 'sold_out' ? 409 : 500;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(errorBody(error, newRequestId())));
      },
    );
  });
});

process.on('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send!({ port: (server.address() as AddressInfo).port }));
