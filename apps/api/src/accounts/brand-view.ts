import type { Brand as BrandView } from '#contracts/accounts';
import type { Brand } from './account.entity.ts';

/** What everybody may know of a brand. */
export function brandView(brand: Brand): BrandView {
  return {
    id: brand.id,
    slug: brand.slug,
    name: brand.name,
    logoUrl: brand.logoImageId ? `/api/images/${brand.logoImageId}` : null,
    currency: brand.currency,
    timeZone: brand.timeZone,
    asksConsent: brand.consentMode !== 'none',
  };
}
