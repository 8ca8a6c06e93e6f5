import { formatNumber, texts } from '../i18n.ts';

/** The words of what only some screens, or a press, bring: the shelf, the line so far, the list of goods. */
export const useGoodsText = texts({
  ja: {
    soFar: 'これまでの流れ',
    until: (p: { time: string }) => `${p.time}ごろまで`,
    comingUp: 'このあと',
    nowShowing: 'ご紹介中',
    goodsTitle: (p: { count: number }) => `この配信の品${formatNumber(p.count)}点`,
    noGoods: 'まだ商品がありません',
    addToCart: 'カートに入れる',
    back: '一覧へ戻る',
  },
  en: {
    soFar: 'The show so far',
    until: (p) => `until about ${p.time}`,
    comingUp: 'Coming up',
    nowShowing: 'Showing now',
    goodsTitle: (p) => `In this show: ${formatNumber(p.count)} ${p.count === 1 ? 'item' : 'items'}`,
    noGoods: 'No products yet',
    addToCart: 'Add to cart',
    back: 'Back to the list',
  },
});
