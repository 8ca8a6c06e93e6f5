import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Connections } from './database/index.ts';
import { HttpErrorFilter } from '#platform/http-errors';
import { AccessGuard } from './access.guard.ts';
import { AccountsModule } from './accounts/index.ts';
import { CatalogModule } from './catalog/index.ts';
import { ChatModule } from './chat/index.ts';
import { CheckoutModule } from './checkout/index.ts';
import { DatabaseModule } from './database/index.ts';
import { DealsModule } from './deals/index.ts';
import { EngagementModule } from './engagement/index.ts';
import { HealthController } from './health.controller.ts';
import { InsightsModule } from './insights/index.ts';
import { LedgerCheckJob, LedgerController } from './ledger-check.ts';
import { MailModule } from './mail/index.ts';
import { PagesModule } from './pages/index.ts';
import { PeopleModule } from './people/index.ts';
import { RealtimeModule } from './realtime/index.ts';
import { ReplaysModule } from './replays/index.ts';
import { ShowsModule } from './shows/index.ts';
import { StageModule } from './stage/index.ts';

/** The one list of modules, from low to high: each may know those above it in this list, none below. */
@Module({})
export class AppModule {
  static over(dataSource: Connections, webDir: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.over(dataSource),
        RealtimeModule,
        AccountsModule,
        MailModule,
        PeopleModule,
        CatalogModule,
        ShowsModule,
        ReplaysModule,
        StageModule,
        ChatModule,
        DealsModule,
        CheckoutModule,
        EngagementModule,
        InsightsModule,
        PagesModule.over(webDir),
      ],
      controllers: [HealthController, LedgerController],
      providers: [
        LedgerCheckJob,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useClass: HttpErrorFilter },
      ],
    };
  }
}
