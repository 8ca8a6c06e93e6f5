import { Controller } from '@nestjs/common';
import { checkoutApi } from '#contracts/checkout';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { AppError } from '#platform/app-error';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentViewer } from '../accounts/index.ts';
import { WaitlistService } from '../catalog/index.ts';
import { Database } from '../database/index.ts';
import { PeopleService } from '../people/index.ts';
import { CartService } from './cart.service.ts';
import { offerOf } from './purchase.ts';
import { waitlistViews } from './waiting.ts';

/** What a viewer means to buy: the cart, and places on waitlists. */
@Controller()
export class CartController {
  constructor(
    private readonly database: Database,
    private readonly carts: CartService,
    private readonly waitlist: WaitlistService,
    private readonly people: PeopleService,
  ) {}

  @Endpoint(checkoutApi.cart)
  @Access('guest')
  cart(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.cart) { brandId }: ParsedRequestOf<typeof checkoutApi.cart>,
  ) {
    return this.carts.cart(viewerId, brandId);
  }

  @Endpoint(checkoutApi.setCartLine)
  @Access('guest')
  setLine(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.setCartLine) line: ParsedRequestOf<typeof checkoutApi.setCartLine>,
  ) {
    return this.carts.setLine(viewerId, line);
  }

  @Endpoint(checkoutApi.holdCart)
  @Access('guest')
  hold(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.holdCart) { brandId, key }: ParsedRequestOf<typeof checkoutApi.holdCart>,
  ) {
    return this.carts.holdAll(viewerId, brandId, key);
  }

  @Endpoint(checkoutApi.joinWaitlist)
  @Access('guest')
  async join(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.joinWaitlist) input: ParsedRequestOf<typeof checkoutApi.joinWaitlist>,
  ) {
    const { brandId, isOver } = await offerOf(this.database, input);
    if (isOver) throw new AppError('show_ended');
    if (await this.people.isBanned(brandId, viewerId)) throw new AppError('banned');
    const { id } = await this.waitlist.join({ ...input, brandId, viewerId });
    return (await waitlistViews(this.database, { entryId: id }))[0]!;
  }

  @Endpoint(checkoutApi.waitlist)
  @Access('guest')
  async entries(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.waitlist) { showId }: ParsedRequestOf<typeof checkoutApi.waitlist>,
  ) {
    return { entries: await waitlistViews(this.database, { viewerId, showId }) };
  }

  @Endpoint(checkoutApi.leaveWaitlist)
  @Access('guest')
  async leave(
    @CurrentViewer() viewerId: string,
    @Input(checkoutApi.leaveWaitlist) { id }: ParsedRequestOf<typeof checkoutApi.leaveWaitlist>,
  ) {
    await this.waitlist.leave(id, viewerId);
    return {};
  }
}
