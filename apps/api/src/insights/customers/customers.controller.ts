import { Readable } from 'node:stream';
import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { customersApi, customersCsvPath, CustomersCsvRequest } from '#contracts/customers';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { Endpoint, Input } from '#platform/endpoint';
import { validate } from '#platform/validate';
import { Access, CurrentMember, type Actor } from '../../accounts/index.ts';
import { CustomersService } from './customers.service.ts';

@Controller()
export class CustomersController {
  constructor(private readonly customers: CustomersService) {}

  @Endpoint(customersApi.list)
  @Access('insights.read')
  list(@CurrentMember() actor: Actor, @Input(customersApi.list) input: ParsedRequestOf<typeof customersApi.list>) {
    return this.customers.list(actor, input);
  }

  @Endpoint(customersApi.sources)
  @Access('insights.read')
  sources(@CurrentMember() actor: Actor) {
    return this.customers.sources(actor);
  }

  @Endpoint(customersApi.rfm)
  @Access('insights.read')
  rfm(@CurrentMember() actor: Actor, @Input(customersApi.rfm) { filter }: ParsedRequestOf<typeof customersApi.rfm>) {
    return this.customers.rfm(actor, filter);
  }

  @Endpoint(customersApi.cohorts)
  @Access('insights.read')
  cohorts(
    @CurrentMember() actor: Actor,
    @Input(customersApi.cohorts) input: ParsedRequestOf<typeof customersApi.cohorts>,
  ) {
    return this.customers.cohorts(actor, input);
  }

  @Get(customersCsvPath)
  @Access('people.read')
  async csv(@CurrentMember() actor: Actor, @Query() query: object, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.customers.csv(actor, validate(CustomersCsvRequest, query));
    await reply
      .header('Content-Type', 'text/csv; charset=utf-8')
      .header('Content-Disposition', 'attachment; filename="customers.csv"')
      .header('Cache-Control', 'private, no-store')
      .send(Readable.from(file));
  }

  @Endpoint(customersApi.segments)
  @Access('insights.read')
  segments(@CurrentMember() actor: Actor) {
    return this.customers.segments(actor);
  }

  @Endpoint(customersApi.addSegment)
  @Access('people.read')
  addSegment(
    @CurrentMember() actor: Actor,
    @Input(customersApi.addSegment) input: ParsedRequestOf<typeof customersApi.addSegment>,
  ) {
    return this.customers.addSegment(actor, input);
  }

  @Endpoint(customersApi.removeSegment)
  @Access('people.read')
  removeSegment(
    @CurrentMember() actor: Actor,
    @Input(customersApi.removeSegment) { id }: ParsedRequestOf<typeof customersApi.removeSegment>,
  ) {
    return this.customers.removeSegment(actor, id);
  }
}
