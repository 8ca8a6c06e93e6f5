import { Global, Module } from '@nestjs/common';
import { CatalogController } from './catalog.controller.ts';
import { HoldsService } from './holds.service.ts';
import { ImagesController } from './images.controller.ts';
import { ImagesService } from './images.service.ts';
import { ProductsService } from './products.service.ts';
import { WaitlistService } from './waitlist.service.ts';

@Global()
@Module({
  controllers: [CatalogController, ImagesController],
  providers: [ProductsService, ImagesService, HoldsService, WaitlistService],
  exports: [ProductsService, ImagesService, HoldsService, WaitlistService],
})
export class CatalogModule {}
