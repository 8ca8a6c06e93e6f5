import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { DomainEvents } from '../database/index.ts';
import { RealtimeServer } from '../realtime/index.ts';
import { AccountsController } from './accounts.controller.ts';
import { AccountsService } from './accounts.service.ts';
import { signedOut } from './account.events.ts';
import { BrandSettingsController } from './brand-settings.controller.ts';
import { BrandSettingsService } from './brand-settings.service.ts';
import { SignInLimiter } from './sign-in-limiter.ts';

@Global()
@Module({
  controllers: [AccountsController, BrandSettingsController],
  providers: [AccountsService, BrandSettingsService, SignInLimiter],
  exports: [AccountsService, BrandSettingsService],
})
export class AccountsModule implements OnModuleInit {
  constructor(
    private readonly events: DomainEvents,
    private readonly realtime: RealtimeServer,
  ) {}

  onModuleInit(): void {
    this.events.on(signedOut, ({ sessionId }) => this.realtime.endSession(sessionId));
  }
}
