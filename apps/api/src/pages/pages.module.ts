import { Module, type DynamicModule } from '@nestjs/common';
import { PagesController, WEB_DIR } from './pages.controller.ts';

@Module({})
export class PagesModule {
  static over(webDir: string): DynamicModule {
    return { module: PagesModule, controllers: [PagesController], providers: [{ provide: WEB_DIR, useValue: webDir }] };
  }
}
