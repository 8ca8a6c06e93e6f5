import { Global, Module, type OnModuleInit } from '@nestjs/common';
import { AppError } from '#platform/app-error';
import { AccountsService, sessionTokenOf } from '../accounts/index.ts';
import { RealtimeServer, type Handshake, type Identity } from '../realtime/index.ts';
import { CodeLimiter } from './code-limiter.ts';
import { ConsentService } from './consent.service.ts';
import { IdentityController } from './identity.controller.ts';
import { IdentityService } from './identity.service.ts';
import { PeopleController } from './people.controller.ts';
import { PeopleService } from './people.service.ts';
import { SignInService } from './sign-in.service.ts';
import { ViewerAccountController } from './viewer-account.controller.ts';
import { ViewerAccountService } from './viewer-account.service.ts';

@Global()
@Module({
  controllers: [IdentityController, PeopleController, ViewerAccountController],
  providers: [CodeLimiter, ConsentService, IdentityService, PeopleService, SignInService, ViewerAccountService],
  exports: [ConsentService, IdentityService, PeopleService, ViewerAccountService],
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
