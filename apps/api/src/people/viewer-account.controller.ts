import { Controller, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { viewerAccountApi } from '#contracts/viewer-account';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentViewer } from '../accounts/index.ts';
import { CodeLimiter } from './code-limiter.ts';
import { ConsentService } from './consent.service.ts';
import { PeopleService } from './people.service.ts';
import { SignInService } from './sign-in.service.ts';
import { ViewerAccountService } from './viewer-account.service.ts';

type Request<Name extends keyof typeof viewerAccountApi> = ParsedRequestOf<(typeof viewerAccountApi)[Name]>;

@Controller()
@Access('guest')
export class ViewerAccountController {
  constructor(
    private readonly people: PeopleService,
    private readonly signIns: SignInService,
    private readonly accounts: ViewerAccountService,
    private readonly consents: ConsentService,
    private readonly limiter: CodeLimiter,
  ) {}

  @Endpoint(viewerAccountApi.state)
  state(@CurrentViewer() viewerId: string, @Input(viewerAccountApi.state) { brandId }: Request<'state'>) {
    return this.accounts.state(brandId, viewerId);
  }

  @Endpoint(viewerAccountApi.requestCode)
  async requestCode(
    @CurrentViewer() viewerId: string,
    @Input(viewerAccountApi.requestCode) { brandId, email, locale }: Request<'requestCode'>,
    @Req() request: FastifyRequest,
  ) {
    await this.limiter.request({ caller: request.ip, viewer: viewerId, address: `${brandId}:${email}` });
    const { expiresAt } = await this.signIns.requestCode({ brandId, viewerId, email }, locale);
    return { expiresAt: expiresAt.toISOString(), serverTime: new Date().toISOString() };
  }

  @Endpoint(viewerAccountApi.signIn)
  async signIn(
    @CurrentViewer() viewerId: string,
    @Input(viewerAccountApi.signIn) { brandId, email, code }: Request<'signIn'>,
    @Req() request: FastifyRequest,
  ) {
    await this.limiter.attempt(request.ip);
    const signedIn = await this.signIns.signIn({ brandId, viewerId, email }, code);
    return { guest: await this.people.guest(signedIn), state: await this.accounts.state(brandId, signedIn) };
  }

  @Endpoint(viewerAccountApi.signOut)
  async signOut(@CurrentViewer() viewerId: string) {
    await this.signIns.signOut(viewerId);
    return this.people.guest(null);
  }

  @Endpoint(viewerAccountApi.saveProfile)
  async saveProfile(
    @CurrentViewer() viewerId: string,
    @Input(viewerAccountApi.saveProfile) { brandId, ...profile }: Request<'saveProfile'>,
  ) {
    await this.accounts.saveProfile(brandId, viewerId, profile);
    return this.accounts.state(brandId, viewerId);
  }

  @Endpoint(viewerAccountApi.saveAddress)
  async saveAddress(
    @CurrentViewer() viewerId: string,
    @Input(viewerAccountApi.saveAddress) { brandId, ...address }: Request<'saveAddress'>,
  ) {
    await this.accounts.saveAddress(brandId, viewerId, address);
    return this.accounts.state(brandId, viewerId);
  }

  @Endpoint(viewerAccountApi.removeAddress)
  async removeAddress(
    @CurrentViewer() viewerId: string,
    @Input(viewerAccountApi.removeAddress) { brandId, id }: Request<'removeAddress'>,
  ) {
    await this.accounts.removeAddress(brandId, viewerId, id);
    return this.accounts.state(brandId, viewerId);
  }

  @Endpoint(viewerAccountApi.saveConsent)
  async saveConsent(
    @CurrentViewer() viewerId: string,
    @Input(viewerAccountApi.saveConsent) { brandId, ...consent }: Request<'saveConsent'>,
  ) {
    await this.consents.record(brandId, viewerId, consent);
    return this.accounts.state(brandId, viewerId);
  }
}
