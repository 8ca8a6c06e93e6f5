export { CatalogModule } from './catalog.module.ts';
export { holdTaken, productChanged, stockMoved } from './catalog.events.ts';
export { imageUrl } from './catalog.queries.ts';
export { HoldsService } from './holds.service.ts';
export { ImagesService, MAX_IMAGE_BYTES } from './images.service.ts';
export { Image, Product, Variant } from './product.entity.ts';
export { ProductsService } from './products.service.ts';
export { Hold, StockLevel, StockMovement } from './stock.entity.ts';
