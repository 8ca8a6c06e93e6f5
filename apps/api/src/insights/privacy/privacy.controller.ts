import { Controller } from '@nestjs/common';
import type { ParsedRequestOf } from '#contracts/endpoint';
import { privacyApi } from '#contracts/privacy';
import { Endpoint, Input } from '#platform/endpoint';
import { Access, CurrentMember, CurrentViewer, type Actor } from '../../accounts/index.ts';
import { PrivacyService } from './privacy.service.ts';
import { receiptKey, verifyReceipt } from './receipts.ts';

@Controller()
export class PrivacyController {
  constructor(private readonly privacy: PrivacyService) {}

  @Endpoint(privacyApi.exportPerson)
  @Access('people.erase')
  exportPerson(
    @CurrentMember() actor: Actor,
    @Input(privacyApi.exportPerson) { personId }: ParsedRequestOf<typeof privacyApi.exportPerson>,
  ) {
    return this.privacy.export(actor.brandId, personId);
  }

  @Endpoint(privacyApi.erasePerson)
  @Access('people.erase')
  erasePerson(
    @CurrentMember() actor: Actor,
    @Input(privacyApi.erasePerson) { personId }: ParsedRequestOf<typeof privacyApi.erasePerson>,
  ) {
    return this.privacy.erase(actor.brandId, personId, actor.memberId);
  }

  @Endpoint(privacyApi.erasures)
  @Access('people.erase')
  async erasures(@CurrentMember() actor: Actor) {
    return { erasures: await this.privacy.list(actor.brandId) };
  }

  @Endpoint(privacyApi.exportMine)
  @Access('guest')
  exportMine(
    @CurrentViewer() viewerId: string,
    @Input(privacyApi.exportMine) { brandId }: ParsedRequestOf<typeof privacyApi.exportMine>,
  ) {
    return this.privacy.export(brandId, viewerId);
  }

  @Endpoint(privacyApi.eraseMine)
  @Access('guest')
  eraseMine(
    @CurrentViewer() viewerId: string,
    @Input(privacyApi.eraseMine) { brandId }: ParsedRequestOf<typeof privacyApi.eraseMine>,
  ) {
    return this.privacy.erase(brandId, viewerId, null);
  }

  @Endpoint(privacyApi.verify)
  @Access('public')
  verify(@Input(privacyApi.verify) { receipt }: ParsedRequestOf<typeof privacyApi.verify>) {
    return verifyReceipt(receipt);
  }

  @Endpoint(privacyApi.keys)
  @Access('public')
  keys() {
    return { keys: [receiptKey()] };
  }
}
