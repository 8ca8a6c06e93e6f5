import type { INestApplicationContext } from '@nestjs/common';
import { HoldsService, ImagesService, ProductsService } from '../catalog/index.ts';
import { ChatService } from '../chat/index.ts';
import { CheckoutService, OrdersService, ReconcileOrderJob } from '../checkout/index.ts';
import { Database } from '../database/index.ts';
import { DealsService } from '../deals/index.ts';
import {
  AskAfterDeliveryJob,
  InteractionLog,
  LedgerEvents,
  ReferralsService,
  RollupsService,
  SurveysService,
  TrackedLinksService,
  WatchLog,
} from '../engagement/index.ts';
import { InsightsService } from '../insights/index.ts';
import { PeopleService, SignInService } from '../people/index.ts';
import { Rooms } from '../realtime/index.ts';
import { BroadcastsService, PinsService, ShowsService } from '../shows/index.ts';

/** What a history is played through: nothing but what the api itself does its work with. */
export function servicesOf(app: INestApplicationContext) {
  return {
    database: app.get(Database),
    people: app.get(PeopleService),
    signIn: app.get(SignInService),
    products: app.get(ProductsService),
    images: app.get(ImagesService),
    holds: app.get(HoldsService),
    shows: app.get(ShowsService),
    broadcasts: app.get(BroadcastsService),
    pins: app.get(PinsService),
    chat: app.get(ChatService),
    deals: app.get(DealsService),
    rooms: app.get(Rooms),
    surveys: app.get(SurveysService),
    afterDelivery: app.get(AskAfterDeliveryJob),
    referrals: app.get(ReferralsService),
    trackedLinks: app.get(TrackedLinksService),
    checkout: app.get(CheckoutService),
    orders: app.get(OrdersService),
    reconciler: app.get(ReconcileOrderJob),
    log: app.get(InteractionLog),
    ledger: app.get(LedgerEvents),
    watching: app.get(WatchLog),
    rollups: app.get(RollupsService),
    insights: app.get(InsightsService),
  };
}
export type Services = ReturnType<typeof servicesOf>;
