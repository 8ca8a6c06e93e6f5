import type { Hold } from '#contracts/checkout';
import { texts } from '../i18n.ts';
import type { DealRefusal } from './deal-refusal.ts';

/** Words of the buy sheet about flash deals and waitlists. */
export const useDealText = texts({
  ja: {
    over: 'タイムセールは終わりました',
    overWhat: 'まだお取り置きしていません。通常価格でお求めになれます。',
    soldOut: 'セール分は完売しました',
    soldOutWhat: 'まだお取り置きしていません。通常価格でお求めになれます。',
    fewer: (left: number) => `セール価格は、あと${left}点です`,
    fewerWhat: 'まだお取り置きしていません。数を減らすか、通常価格でお求めになれます。',
    limit: (limit: number) => `セール価格は、お一人さま${limit}点までです`,
    limitWhat: 'まだお取り置きしていません。通常価格でお求めになれます。',
    keptOver: (kept: number) => `タイムセールは終わったため、増やせません。${kept}点をセール価格で取り置いています。`,
    keptSoldOut: (left: number, kept: number) =>
      left === 0
        ? `セール分はこれで全部です。${kept}点をセール価格で取り置いています。`
        : `セール価格は、あと${left}点です。${kept}点をセール価格で取り置いています。`,
    keptLimit: (limit: number, kept: number) =>
      `セール価格は、お一人さま${limit}点までです。${kept}点をセール価格で取り置いています。`,
    kept: (what: string) => `${what}。元の内容でお取り置きしています。`,
    atRegular: (amount: string) => `通常価格${amount}で買う`,
    atDeal: (left: number) => `セール価格で${left}点を取り置く`,
    keepsPrice: 'セール価格です。セールが終わっても、お取り置きの間は変わりません。',
    nowCheaper: (amount: string) => `いまタイムセール中です。${amount}でお求めになれます。`,
    takeDeal: 'セール価格にする',
    wait: '順番を待つ',
    waitFailed: '順番待ちに入れませんでした。つながりを確かめて、もう一度お試しください。',
  },
  en: {
    over: 'The deal has ended',
    overWhat: 'Nothing is held yet. You can buy at the regular price.',
    soldOut: 'The deal is sold out',
    soldOutWhat: 'Nothing is held yet. You can buy at the regular price.',
    fewer: (left) => `Only ${left} left at the deal price`,
    fewerWhat: 'Nothing is held yet. Take fewer, or buy at the regular price.',
    limit: (limit) => `The deal price is limited to ${limit} per person`,
    limitWhat: 'Nothing is held yet. You can buy at the regular price.',
    keptOver: (kept) => `The deal has ended, so you cannot add more. You hold ${kept} at the deal price.`,
    keptSoldOut: (left, kept) =>
      left === 0
        ? `That is all of the deal. You hold ${kept} at the deal price.`
        : `Only ${left} left at the deal price. You hold ${kept} at the deal price.`,
    keptLimit: (limit, kept) => `The deal price is limited to ${limit} per person. You hold ${kept} at the deal price.`,
    kept: (what) => `${what}. Your first choice is still held.`,
    atRegular: (amount) => `Buy at the regular ${amount}`,
    atDeal: (left) => `Hold ${left} at the deal price`,
    keepsPrice: 'Deal price. It stays while your hold lasts, even when the deal ends.',
    nowCheaper: (amount) => `A deal is on now: you can have it for ${amount}.`,
    takeDeal: 'Take the deal price',
    wait: 'Wait for it',
    waitFailed: 'You could not be put on the waitlist. Check your connection and try again.',
  },
});

type Words = ReturnType<typeof useDealText>;

/** What is so, and what can be done: for a first hold that the deal refused. */
export function dealRefusedWords(deal: DealRefusal, t: Words = useDealText.get()): [what: string, why: string] {
  switch (deal.why) {
    case 'over':
      return [t.over, t.overWhat];
    case 'soldOut':
      return deal.remaining === 0 ? [t.soldOut, t.soldOutWhat] : [t.fewer(deal.remaining), t.fewerWhat];
    case 'limit':
      return [t.limit(deal.limit), deal.left === 0 ? t.limitWhat : t.fewerWhat];
  }
}

/** Why a change was taken back: there is no more of the deal, for somebody who holds some of it or who wanted to. */
export function dealKeptWords(deal: DealRefusal, hold: Pick<Hold, 'dealId' | 'quantity'>, t: Words): string {
  if (hold.dealId === null) return t.kept(dealRefusedWords(deal, t)[0]);
  const kept = hold.quantity;
  switch (deal.why) {
    case 'over':
      return t.keptOver(kept);
    case 'soldOut':
      return t.keptSoldOut(deal.remaining, kept);
    case 'limit':
      return t.keptLimit(deal.limit, kept);
  }
}
