import { atom } from 'nanostores';
import { checkoutApi, HOLD_MAX_QUANTITY, type Cart } from '#contracts/checkout';
import { call, guest } from '../api.ts';

/** The cart at the brand of this page, as the server last told it; null before that. Small, for the stage needs it at once. */
export const cart = atom<Cart | null>(null);

export interface CartLineWish {
  showId: string;
  offerId: string;
  variantId: string;
  quantity: number;
}

let brand: string | null = null;
let turn = 0;

/** Other tabs of this browser are told, so that their mark does not lie. */
const tabs = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('engawa.cart');
tabs?.addEventListener('message', ({ data }) => data === brand && void loadCart(data));

/** Asks for the cart. Without an answer it stays as it was. */
export async function loadCart(brandId: string): Promise<void> {
  brand = brandId;
  const mine = ++turn;
  try {
    await guest(); // a cart belongs to somebody: the very first call of this browser may still be under way
    const answer = await call(checkoutApi.cart, { brandId });
    if (mine === turn) cart.set(answer);
  } catch {
    // Asked for again when the cart is opened or changed.
  }
}

/** Sets the quantity of a variant; 0 takes it out. @throws ApiError */
export async function setCartLine(line: CartLineWish): Promise<void> {
  const mine = ++turn;
  await guest();
  const answer = await call(checkoutApi.setCartLine, line);
  if (mine === turn) cart.set(answer);
  tabs?.postMessage(brand);
}

/** One more of a variant. @throws ApiError */
export async function addToCart(line: Omit<CartLineWish, 'quantity'>): Promise<void> {
  const before = cart.get()?.lines.find((one) => one.variantId === line.variantId)?.quantity ?? 0;
  await setCartLine({ ...line, quantity: Math.min(HOLD_MAX_QUANTITY, before + 1) });
}

/** The goods in it were bought, here or by the other tabs. */
export function cartChanged(): void {
  if (brand === null) return;
  void loadCart(brand);
  tabs?.postMessage(brand);
}

export function piecesIn(now: Cart | null): number {
  return now?.lines.reduce((sum, line) => sum + line.quantity, 0) ?? 0;
}
