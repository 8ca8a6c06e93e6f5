import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { checkoutApi } from '#contracts/checkout';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { AppError } from '#platform/app-error';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentViewer } from '../accounts/index.ts';
import { HoldsService } from '../catalog/index.ts';
import { CheckoutService } from './checkout.service.ts';
import { ReconcileOrderJob } from './reconcile-order.job.ts';
import { StripeClients } from './stripe-clients.ts';

@Controller()
export class CheckoutController {
  /** Cards are tried out by machines, and a machine is a new guest as often as it likes: the address counts as well. */
  readonly #paysOfViewer = new RateLimiterMemory({ points: 12, duration: 60 });
  readonly #paysOfCaller = new RateLimiterMemory({ points: 60, duration: 60 });
  /** Wide enough for a hall full of people behind one address, too narrow for emptying the shelves by machine. */
  readonly #holdsOfCaller = new RateLimiterMemory({ points: 300, duration: 60 });

  constructor(
    private readonly checkout: CheckoutService,
    private readonly holds: HoldsService,
    private readonly reconciler: ReconcileOrderJob,
    private readonly stripes: StripeClients,
  ) {}

  @Endpoint(checkoutApi.config)
  @Access('public')
  async config(@Input(checkoutApi.config) { brandId }: ParsedRequestOf<typeof checkoutApi.config>) {
    const { publishableKey, apiUrl } = await this.stripes.of(brandId);
    return { publishableKey, sandboxUrl: apiUrl ? apiUrl.replace('127.0.0.1', 'localhost') : null };
  }

  @Endpoint(checkoutApi.hold)
  @Access('guest')
  async hold(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.hold) input: ParsedRequestOf<typeof checkoutApi.hold>,
    @Req() request: FastifyRequest,
  ) {
    await consume(this.#holdsOfCaller, request.ip);
    return this.checkout.hold(viewerId, input);
  }

  @Endpoint(checkoutApi.holds)
  @Access('guest')
  async openHolds(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.holds) input: ParsedRequestOf<typeof checkoutApi.holds>,
  ) {
    return { holds: await this.checkout.openHolds(viewerId, input.showId) };
  }

  @Endpoint(checkoutApi.quote)
  @Access('guest')
  quote(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.quote) { email, ...input }: ParsedRequestOf<typeof checkoutApi.quote>,
  ) {
    return this.checkout.quote(viewerId, { ...input, email: email ?? null });
  }

  @Endpoint(checkoutApi.releaseHold)
  @Access('guest')
  async releaseHold(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.releaseHold) { id }: ParsedRequestOf<typeof checkoutApi.releaseHold>,
  ) {
    await this.holds.releaseOwn(id, viewerId);
    return {};
  }

  @Endpoint(checkoutApi.placeOrder)
  @Access('guest')
  async placeOrder(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.placeOrder) input: ParsedRequestOf<typeof checkoutApi.placeOrder>,
    @Req() request: FastifyRequest,
  ) {
    await consume(this.#paysOfViewer, viewerId);
    await consume(this.#paysOfCaller, request.ip);
    return this.checkout.placeOrder(viewerId, input);
  }

  @Endpoint(checkoutApi.order)
  @Access('public')
  order(
    @CurrentViewer() viewerId: string | null,
    @Input(checkoutApi.order) input: ParsedRequestOf<typeof checkoutApi.order>,
  ) {
    return this.checkout.viewFor(input.id, viewerId, input.key);
  }

  @Endpoint(checkoutApi.refresh)
  @Access('public')
  async refresh(
    @CurrentViewer() viewerId: string | null,
    @Input(checkoutApi.refresh) input: ParsedRequestOf<typeof checkoutApi.refresh>,
  ) {
    await this.checkout.authorize(input.id, viewerId, input.key);
    return this.checkout.view(input.id, await this.reconciler.lookNow(input.id));
  }
}

/** @throws rate_limited */
async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  await limiter.consume(key).catch((refusal: unknown) => {
    if (refusal instanceof RateLimiterRes) throw new AppError('rate_limited', { retryAfterMs: refusal.msBeforeNext });
    throw refusal;
  });
}
