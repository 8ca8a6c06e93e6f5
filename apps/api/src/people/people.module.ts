import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { AccountsService, sessionTokenOf } from '../accounts/index.ts';
import { RealtimeServer, type Handshake, type Identity } from '../realtime/index.ts';
import { PeopleController } from './people.controller.ts';
import { PeopleService } from './people.service.ts';

@Global()
@Module({ controllers: [PeopleController], providers: [PeopleService], exports: [PeopleService] })
export class PeopleModule implements OnModuleInit {
  constructor(
    private readonly people: PeopleService,
    private readonly accounts: AccountsService,
    private readonly realtime: RealtimeServer,
  ) {}

  onModuleInit(): void {
    this.realtime.authenticateWith((handshake) => this.#identify(handshake));
  }

  /**
   * Staff by their session cookie, unless the page says that it is a viewer's (`auth.as: 'viewer'`): a host who opens the public page in
   * another tab is a viewer there.
   */
  async #identify({ auth, cookie }: Handshake): Promise<Identity> {
    const session = sessionTokenOf(cookie);
    if (session && auth.as !== 'viewer') {
      const actor = await this.accounts.actorOf(session);
      if (actor) return { kind: 'member', ...actor };
    }
    if (typeof auth.guest !== 'string') throw new AppError('unauthenticated');
    return { kind: 'viewer', viewerId: await this.people.viewerOf(auth.guest) };
  }
}
