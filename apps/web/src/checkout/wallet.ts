import type { ClickResolveDetails, StripeExpressCheckoutElementConfirmEvent } from '@stripe/stripe-js';
import type { Totals } from '#contracts/checkout';
import type { Currency } from '#contracts/money';
import { formatPostalCode, shippingCountries, type BuyerForm } from './buyer.ts';
import { usePaymentText } from './payment-text.ts';

export function shipsTo(country: string, currency: Currency): boolean {
  return shippingCountries(currency).includes(country);
}

/**
 * What a wallet shows and asks for: the same sums as the sheet, whose lines add up to the total.
 * @param first false when the wallet is open already: what it asks for can then no longer change
 */
export function askOfWallet(totals: Totals, askBuyer: boolean, first = true): ClickResolveDetails {
  const t = usePaymentText.get();
  const { itemsAmount, discountAmount, shippingAmount, taxAmount, taxIncluded, currency } = totals;
  const goods = { name: t.walletGoods, amount: itemsAmount - discountAmount };
  const tax = taxIncluded || taxAmount === 0 ? [] : [{ name: t.walletTax, amount: taxAmount }];
  if (!askBuyer) return { lineItems: [goods, { name: t.walletShipping, amount: shippingAmount }, ...tax] };
  const sums = {
    lineItems: [goods, ...tax],
    shippingRates: [{ id: 'standard', displayName: t.walletShipping, amount: shippingAmount }],
  };
  if (!first) return sums;
  return {
    ...sums,
    emailRequired: true,
    phoneNumberRequired: true,
    shippingAddressRequired: true,
    allowedShippingCountries: [...shippingCountries(currency)],
  };
}

type Told = Pick<StripeExpressCheckoutElementConfirmEvent, 'billingDetails' | 'shippingAddress'>;

/** Who and where the buyer is, as the wallet told it; null when it was not asked. */
export function buyerOfWallet({ billingDetails, shippingAddress }: Told): BuyerForm | null {
  if (!shippingAddress) return null;
  const { country, postal_code: postalCode, state, city, line1, line2 } = shippingAddress.address;
  return {
    name: shippingAddress.name,
    email: billingDetails?.email ?? '',
    phone: billingDetails?.phone ?? '',
    country,
    postalCode: formatPostalCode(postalCode, country),
    region: state,
    city,
    line1,
    line2: line2 ?? '',
  };
}
