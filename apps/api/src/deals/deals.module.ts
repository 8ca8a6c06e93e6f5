import { Global, Module } from '@nestjs/common';
import { CouponsService } from './coupons.service.ts';
import { DealsController } from './deals.controller.ts';
import { DealsService } from './deals.service.ts';

@Global()
@Module({
  controllers: [DealsController],
  providers: [DealsService, CouponsService],
  exports: [DealsService],
})
export class DealsModule {}
