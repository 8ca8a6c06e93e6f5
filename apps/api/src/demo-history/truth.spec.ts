import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from '#insight/bg-nbd';
import { summarise } from '#insight/customer-summary';
import { fitGammaGamma } from '#insight/gamma-gamma';
import { seededRandom } from '#insight/simulate';
import { Shelf } from './baskets.ts';
import { calendarOf } from './calendar.ts';
import { Crowd } from './crowd.ts';
import { planEvening, unitsOf } from './evening-plan.ts';
import { drawPurchases, TRUE_PURCHASES, TRUE_SPEND } from './truth.ts';

const prices = [3300, 2860, 4400, 13200, 5280, 6600, 1320, 660];
const items = prices.map((priceAmount, index) => ({ productId: `p${index}`, variantId: `v${index}`, priceAmount }));
const shelf = () => new Shelf(items, (goods) => (goods >= 8800 ? 0 : 660));
const calendar = (days: number) =>
  calendarOf(
    Array.from({ length: days }, (_, day) => ({
      startsAt: new Date(Date.UTC(2026, 7, 30 + day, 12)),
      weekday: day % 7,
    })),
  );

describe('what the crowd buys', () => {
  it('lets the models find the parameters by which it was drawn', () => {
    const random = seededRandom(1);
    const evenings = calendar(84);
    const newcomers = evenings.map((evening) => evening.newcomers);
    const baskets = shelf().baskets(null);
    const drawn = drawPurchases(5050, newcomers, random);
    expect(drawn).toHaveLength(5050);
    const purchases = drawn.flatMap((own, customer) =>
      own.map(({ day, amount }) => {
        return { customer: String(customer), day, amount: baskets.near(amount, random).totalAmount };
      }),
    );
    const summaries = summarise(purchases, 83);
    for (const { fit, truth } of [
      { fit: fitBgNbd(summaries), truth: TRUE_PURCHASES },
      { fit: fitGammaGamma(summaries), truth: TRUE_SPEND },
    ]) {
      const errors = fit.standardErrors as Record<string, number>;
      const fitted = fit.parameters as Record<string, number>;
      for (const [name, value] of Object.entries(truth)) {
        expect(Math.abs(fitted[name]! - value) / errors[name]!).toBeLessThan(3);
      }
    }
  });

  it('comes near to the amounts that were meant, by real prices', () => {
    const random = seededRandom(2);
    const baskets = shelf().baskets(null);
    for (let amount = 1500; amount < 40_000; amount += 137) {
      const { totalAmount, lines } = baskets.near(amount, random);
      const goods = lines.reduce((sum, { item, quantity }) => sum + item.priceAmount * quantity, 0);
      expect(totalAmount).toBe(goods + (goods >= 8800 ? 0 : 660));
      // Below the price of two things there is not much to choose from.
      if (amount > 5000) expect(Math.abs(totalAmount / amount - 1)).toBeLessThan(0.05);
    }
  });
});

describe('an evening', () => {
  /** All evenings of two weeks. */
  const evenings = (seed: number) => {
    const random = seededRandom(seed);
    const days = calendar(14);
    const firsts = Map.groupBy(
      drawPurchases(
        300,
        days.map(({ newcomers }) => newcomers),
        random,
      ),
      ([first]) => first!.day,
    );
    const crowd = new Crowd(random, 300 / days.length);
    return days.map((evening) => {
      const coming = [...crowd.comeAgain(evening.day), ...crowd.arrive(evening, firsts.get(evening.day) ?? [])];
      return planEvening(evening, coming, shelf(), random);
    });
  };

  it('repeats itself by seed', () => {
    expect(evenings(3)).toEqual(evenings(3));
    expect(evenings(3)).not.toEqual(evenings(4));
  });

  it('is bought at by who watches, while the product is on screen', () => {
    for (const { viewings, purchases, pins, seconds } of evenings(5)) {
      for (const { person, productId, holdAt, payAt } of purchases) {
        const viewing = viewings.find((one) => one.person === person)!;
        const pin = pins.find((one) => one.productId === productId)!;
        expect(viewing.from).toBeLessThan(holdAt);
        expect(viewing.to).toBeGreaterThan(payAt);
        expect(holdAt).toBeGreaterThan(pin.from);
        expect(holdAt).toBeLessThan(pin.to);
        expect(payAt).toBeLessThan(seconds);
      }
      expect(viewings.length).toBeGreaterThan(purchases.length);
    }
  });

  it('runs out of what is scarce before those who come too late for it', () => {
    const late = evenings(6).flatMap((plan) =>
      plan.attempts.filter(({ kind }) => kind === 'late').map((one) => ({ plan, one })),
    );
    expect(late.length).toBeGreaterThan(0);
    for (const { plan, one } of late) {
      expect(unitsOf(plan.purchases, one.item)).toBeGreaterThan(0);
      const last = Math.max(...plan.purchases.map(({ holdAt }) => holdAt));
      expect(one.at).toBeGreaterThan(last);
    }
  });
});
