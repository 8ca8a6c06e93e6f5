import { dealPrice } from '#contracts/deals';
import type { Random } from '#insight/simulate';

/** What can be put into a basket: one variant at its price. */
export interface Item {
  productId: string;
  variantId: string;
  priceAmount: number;
}

export interface BasketLine {
  item: Item;
  quantity: number;
}

export interface Basket {
  lines: BasketLine[];
  /** With shipping. */
  totalAmount: number;
}

/** By how many lines a basket has: how many of each may be in it. Small baskets are many and near; large amounts need numbers. */
const MOST_OF_EACH = [8, 4, 2];
/** All that is this near to the wanted amount is equally good. */
const NEAR = 0.015;
/** People rather take few things. */
const LIKING = [8, 3, 1];

/** Every basket of up to three products, by what it costs. */
export class Baskets {
  readonly #byTotal: Basket[];

  /** @param shipping by the amount of the goods */
  constructor(items: Item[], shipping: (goodsAmount: number) => number) {
    const combinations = items.flatMap((one, i) => [
      [one],
      ...items.slice(i + 1).flatMap((two, j) => {
        if (two.productId === one.productId) return [];
        const further = items
          .slice(i + j + 2)
          .filter(({ productId }) => ![one, two].some((it) => it.productId === productId));
        return [[one, two], ...further.map((three) => [one, two, three])];
      }),
    ]);
    this.#byTotal = combinations
      .flatMap((combination) =>
        numbersOf(combination.length, MOST_OF_EACH[combination.length - 1]!).map((numbers) => {
          const lines = combination.map((item, index) => ({ item, quantity: numbers[index]! }));
          const goods = lines.reduce((sum, { item, quantity }) => sum + item.priceAmount * quantity, 0);
          return { lines, totalAmount: goods + shipping(goods) };
        }),
      )
      .sort((a, b) => a.totalAmount - b.totalAmount);
  }

  /** One of the baskets that come near to this amount; the nearest where none does. */
  near(amount: number, random: Random): Basket {
    const from = this.#firstFrom(amount * (1 - NEAR));
    const end = this.#firstFrom(amount * (1 + NEAR));
    const choice = this.#byTotal.slice(from, end);
    if (choice.length === 0) {
      const around = [this.#byTotal[from - 1], this.#byTotal[from]].filter((one) => one !== undefined);
      return around.reduce((best, one) =>
        Math.abs(one.totalAmount - amount) < Math.abs(best.totalAmount - amount) ? one : best,
      );
    }
    const weights = choice.map(({ lines }) => LIKING[lines.length - 1]!);
    let left = random() * weights.reduce((sum, one) => sum + one, 0);
    return choice.find((_, index) => (left -= weights[index]!) < 0) ?? choice.at(-1)!;
  }

  #firstFrom(amount: number): number {
    let [low, high] = [0, this.#byTotal.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#byTotal[middle]!.totalAmount < amount) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** All ways to take from 1 to `most` of each of `kinds`. */
function numbersOf(kinds: number, most: number): number[][] {
  if (kinds === 0) return [[]];
  return numbersOf(kinds - 1, most).flatMap((rest) => Array.from({ length: most }, (_, one) => [...rest, one + 1]));
}

/** What is sold at the shows, at the brand's prices and with its shipping. */
export class Shelf {
  readonly #without = new Map<string | null, Baskets>();

  constructor(
    readonly items: Item[],
    private readonly shipping: (goodsAmount: number) => number,
  ) {}

  get productIds(): string[] {
    return [...new Set(this.items.map(({ productId }) => productId))];
  }

  /** @param productId of which there is none in these; null for all baskets */
  baskets(productId: string | null): Baskets {
    const items = this.items.filter((item) => item.productId !== productId);
    const baskets = this.#without.get(productId) ?? new Baskets(items, this.shipping);
    this.#without.set(productId, baskets);
    return baskets;
  }

  /** Of one item alone, at the price of a deal. */
  dealBaskets(item: Item, percent: number): Baskets {
    const priceAmount = dealPrice(item.priceAmount, { kind: 'percent', value: percent });
    return new Baskets([{ ...item, priceAmount }], this.shipping);
  }
}
