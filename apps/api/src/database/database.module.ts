import { Global, Module, type DynamicModule } from '@nestjs/common';
import { Connections } from './data-source.ts';
import { Database } from './database.ts';
import { DomainEvents } from './events.ts';
import { Jobs } from './jobs.ts';

@Global()
@Module({})
export class DatabaseModule {
  /** @param dataSource connected, and migrated by `migrate`; closed by who opened it */
  static over(dataSource: Connections): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [{ provide: Connections, useValue: dataSource }, Database, DomainEvents, Jobs],
      exports: [Database, DomainEvents, Jobs],
    };
  }
}
