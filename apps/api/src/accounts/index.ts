export { Brand, Member, MemberSession, ShippingRate, TaxRate } from './account.entity.ts';
export {
  ACCESS,
  Access,
  CurrentMember,
  CurrentViewer,
  type AccessRule,
  type Actor,
  type Identified,
} from './access.ts';
export { AccountsModule } from './accounts.module.ts';
export { AccountsService } from './accounts.service.ts';
export { BrandSettingsService } from './brand-settings.service.ts';
export { hashPassword } from './passwords.ts';
export { may, type Action } from '#contracts/policy';
export { sellingTerms, sellingTermsOf, type SellingTerms } from './selling-terms.ts';
export { sessionTokenOf } from './session-cookie.ts';
