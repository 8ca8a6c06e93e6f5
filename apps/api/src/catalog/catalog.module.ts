import { Global, Module } from '@nestjs/common';
import { CatalogController } from './catalog.controller.ts';
import { HoldsService } from './holds.service.ts';
import { ImagesController } from './images.controller.ts';
import { ImagesService } from './images.service.ts';
import { ProductsService } from './products.service.ts';

@Global()
@Module({
  controllers: [CatalogController, ImagesController],
  providers: [ProductsService, ImagesService, HoldsService],
  exports: [ProductsService, ImagesService, HoldsService],
})
export class CatalogModule {}
