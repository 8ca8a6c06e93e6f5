import { expect, it } from '@jest/globals';
import { methodsFor } from './sandbox-methods.ts';

const yen = { amount: 7700, currency: 'jpy' };

it.each([
  ['all by default', yen, ['card', 'konbini']],
  ['what the shop allows', { ...yen, allowedPaymentMethodTypes: ['card'] }, ['card']],
  ['no more than the sandbox has', { ...yen, allowedPaymentMethodTypes: ['konbini', 'paypay'] }, ['konbini']],
  ['not what is excluded', { ...yen, excludedPaymentMethodTypes: ['konbini'] }, ['card']],
  ['no konbini for dollars', { amount: 7700, currency: 'usd' }, ['card']],
  ['no konbini for little', { ...yen, amount: 119 }, ['card']],
  ['no konbini for much', { ...yen, amount: 300_001 }, ['card']],
])('offers %s', (_, settings, methods) => {
  expect(methodsFor(settings)).toEqual(methods);
});

it('offers them in the order that the shop wants', () => {
  expect(methodsFor(yen, ['konbini', 'card'])).toEqual(['konbini', 'card']);
});
