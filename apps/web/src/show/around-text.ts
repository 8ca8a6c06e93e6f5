import { formatNumber, texts } from '../i18n.ts';

const n = formatNumber;
const plural = (count: number, one: string, other: string) => `${formatNumber(count)} ${count === 1 ? one : other}`;

/** Words of the page before and after a show: apart from those of the show itself, which must be quick. */
export const useAroundText = texts({
  ja: {
    untilStart: '始まりまで',
    days: '日',
    startsSoon: 'まもなく始まります',
    startsSoonMore: '店主の用意ができると、自動で始まります。このままお待ちください。',
    hostedBy: (p: { host: string }) => `${p.host}がご案内します`,
    addToCalendar: 'カレンダーに入れる',
    goodsOfShow: (p: { count: number }) => `この配信の品${n(p.count)}点`,
    endedTitle: '配信は終わりました',
    endedMore: 'ご覧いただき、ありがとうございました。ご紹介した品です。',
    endedNothing: 'ご覧いただき、ありがとうございました。',
    shownAt: (p: { time: string }) => `${p.time}にご紹介`,
    sold: (p: { count: number }) => `${n(p.count)}点お買い上げ`,
  },
  en: {
    untilStart: 'Starts in',
    days: 'd',
    startsSoon: 'Starting soon',
    startsSoonMore: 'It begins by itself when the host is ready. Stay here.',
    hostedBy: (p) => `with ${p.host}`,
    addToCalendar: 'Add to calendar',
    goodsOfShow: (p) => `In this show: ${plural(p.count, 'item', 'items')}`,
    endedTitle: 'The show has ended',
    endedMore: 'Thank you for watching. This is what was shown.',
    endedNothing: 'Thank you for watching.',
    shownAt: (p) => `Shown at ${p.time}`,
    sold: (p) => `${n(p.count)} sold`,
  },
});
