import { texts } from '../i18n.ts';

export const useLegalText = texts({
  ja: {
    lead: (brand: string) => `${brand}で通信販売を行う事業者についての表記です。`,
    notSaid: 'まだ表記がありません',
    incomplete: (count: number) => `この販売業者は、${count}項目をまだ表記していません。`,
    failed: '表記を読み込めませんでした',
    notFound: 'この販売業者は見つかりません',
    original: '販売業者が書いた言葉のまま表示しています。',
  },
  en: {
    lead: (brand) => `Who sells by mail order at ${brand}, as Japanese law asks (特定商取引法に基づく表記).`,
    notSaid: 'Not stated yet',
    incomplete: (count) => `This seller has not stated ${count} ${count === 1 ? 'item' : 'items'} yet.`,
    failed: 'The notice could not be loaded',
    notFound: 'There is no such seller',
    original: 'In the words of the seller.',
  },
});
