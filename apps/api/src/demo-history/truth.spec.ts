import { describe, expect, it } from '@jest/globals';
import { fitBgNbd } from '#insight/bg-nbd';
import { summarise } from '#insight/customer-summary';
import { fitGammaGamma } from '#insight/gamma-gamma';
import { seededRandom } from '#insight/simulate';
import { Shelf } from './baskets.ts';
import { calendarOf } from './calendar.ts';
import { buysOn, Crowd } from './crowd.ts';
import { planEvening, unitsOf } from './evening-plan.ts';
import { planInvitations } from './invitations.ts';
import { Opinions } from './opinions.ts';
import { planSurveys } from './survey-plan.ts';
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
    const aside = seededRandom(seed + 1);
    const crowd = new Crowd(random, 300 / days.length, aside);
    const opinions = new Opinions(aside);
    return days.map((evening) => {
      const coming = [...crowd.comeAgain(evening.day), ...crowd.arrive(evening, firsts.get(evening.day) ?? [])];
      const plan = planEvening(evening, coming, shelf(), random, aside);
      const surveys = planSurveys(evening, plan, shelf().productIds, opinions, aside);
      return { ...plan, evening, surveys, invitations: planInvitations(evening, plan, aside) };
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

  it('is paid at a store by some, never for a deal, on the last day, or twice on one day', () => {
    const plans = evenings(5);
    const vouchers = plans.flatMap(({ purchases, evening, deal }) =>
      purchases.filter(({ isPaidAtStore }) => isPaidAtStore).map((purchase) => ({ purchase, evening, deal })),
    );
    expect(vouchers.length).toBeGreaterThan(0);
    for (const { purchase, evening, deal } of vouchers) {
      expect(evening.isLast).toBe(false);
      expect(purchase.basket.lines.some(({ item }) => item.productId === deal?.item.productId)).toBe(false);
      expect(buysOn(purchase.person, evening.day + 1)).toBeUndefined();
    }
    const lapses = plans.flatMap(({ attempts }) => attempts.filter(({ kind }) => kind === 'voucher'));
    expect(lapses.length).toBeGreaterThan(0);
    for (const { viewing } of lapses) expect(viewing.person.purchases).toEqual([]);
  });

  it('is asked about while they are there', () => {
    const waves = evenings(7).flatMap(({ surveys, seconds }) => surveys.waves.map((wave) => ({ ...wave, seconds })));
    expect(new Set(waves.map(({ kind }) => kind))).toEqual(new Set(['stars', 'nps', 'csat']));
    for (const { at, closesAt, answers, present, seconds } of waves) {
      expect(closesAt).toBeLessThan(seconds);
      for (const { viewing, at: answered } of answers) {
        expect(present).toContain(viewing);
        expect(answered).toBeGreaterThan(at);
        expect(answered).toBeLessThan(Math.min(closesAt, viewing.to));
      }
    }
  });

  it('is come to by a link after it was shared, and not by who came for a campaign', () => {
    const all = evenings(8).flatMap(({ invitations }) => invitations);
    const friends = all.flatMap(({ sharer, at, friends }) => friends.map(({ viewing }) => ({ sharer, at, viewing })));
    expect(friends.length).toBeGreaterThan(10);
    expect(new Set(friends.map(({ viewing }) => viewing)).size).toBe(friends.length);
    for (const { sharer, at, viewing } of friends) {
      expect(at).toBeGreaterThan(Math.max(0, sharer.from));
      expect(viewing.from - 45).toBeGreaterThan(at);
      expect(viewing.source?.campaign).toBeUndefined();
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
