import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { AccountsService, sessionTokenOf } from '../accounts/index.ts';
import { RealtimeServer, type Handshake, type Identity } from '../realtime/index.ts';
import { IdentityService } from './identity.service.ts';
import { PeopleController } from './people.controller.ts';
import { PeopleService } from './people.service.ts';

@Global()
@Module({
  controllers: [PeopleController],
  providers: [PeopleService, IdentityService],
  exports: [PeopleService, IdentityService],
})
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
   * A page that brings a guest token is a viewer's, even in a browser where staff are signed in: a host who opens the public page in
   * another tab is a viewer there. Staff bring their session and no token.
   */
  async #identify({ auth, cookie }: Handshake): Promise<Identity> {
    if (typeof auth.guest === 'string') return { kind: 'viewer', viewerId: await this.people.viewerOf(auth.guest) };
    const session = sessionTokenOf(cookie);
    const actor = session ? await this.accounts.actorOf(session) : null;
    if (!actor) throw new AppError('unauthenticated');
    return { kind: 'member', ...actor };
  }
}
