import { Controller } from '@nestjs/common';
import { catalogApi } from '#contracts/catalog';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, type Actor } from '../accounts/index.ts';
import { ProductsService } from './products.service.ts';

@Controller()
export class CatalogController {
  constructor(private readonly products: ProductsService) {}

  @Endpoint(catalogApi.list)
  @Access('catalog.read')
  list(@CurrentMember() actor: Actor, @Input(catalogApi.list) input: ParsedRequestOf<typeof catalogApi.list>) {
    return this.products.list(actor.brandId, input.after, input.limit);
  }

  @Endpoint(catalogApi.get)
  @Access('catalog.read')
  get(@CurrentMember() actor: Actor, @Input(catalogApi.get) { id }: ParsedRequestOf<typeof catalogApi.get>) {
    return this.products.get(actor.brandId, id);
  }

  @Endpoint(catalogApi.create)
  @Access('catalog.write')
  create(@CurrentMember() actor: Actor, @Input(catalogApi.create) input: ParsedRequestOf<typeof catalogApi.create>) {
    return this.products.create(actor.brandId, input);
  }

  @Endpoint(catalogApi.update)
  @Access('catalog.write')
  update(@CurrentMember() actor: Actor, @Input(catalogApi.update) input: ParsedRequestOf<typeof catalogApi.update>) {
    return this.products.update(actor.brandId, input.id, input);
  }

  @Endpoint(catalogApi.archive)
  @Access('catalog.write')
  async archive(
    @CurrentMember() actor: Actor,
    @Input(catalogApi.archive) { id }: ParsedRequestOf<typeof catalogApi.archive>,
  ) {
    await this.products.archive(actor.brandId, id);
    return {};
  }
}
