import { texts } from '../../i18n.ts';

export const useJourneysText = texts({
  ja: {
    title: '道のり',
    ask: '買うまでに、どこを通ったか',
    askAfter: '買ったあと、どこへ行ったか',
    answer: (path: string, people: string) => `いちばん多い道のりは「${path}」、${people}人です。`,
    nothing: 'この期間のお買い上げは、まだありません。',
    below: (orders: string, people: string) => `この期間の注文${orders}件、${people}人`,
    side: '向き',
    before: '買うまで',
    after: '買ったあと',
    purchases: 'お買い上げ',
    all: 'すべて',
    first: 'はじめての',
    repeat: '2回目から',
    steps: '段の数',
    flow: '道のりの流れ',
    flowUnit: '帯の太さは注文の件数',
    paths: '多い道のり',
    from: 'ここから',
    to: 'ここへ',
    distance: '購入からの段',
    people: '人数',
    orders: '注文',
    net: '純額',
    path: '道のり',
    median: 'かかった時間（中央値）',
    medianShort: '中央値',
    failedTitle: '道のりを読み込めませんでした',
    how: 'ひとりの方が30日のうちに触れたところを、購入の前（または後）から順にたどります。前の購入より前、次の購入より後は入りません。同じところに続けて触れたときは1つと数えます。金額は、その道のりの先にある（または始まりの）お買い上げの純額です。',
    show: '配信を見た',
    product: '商品に触れた',
    checkout: '取り置き',
    order: '購入',
    survey: '調査に回答',
    share: '紹介した',
    visit: (source: string) => `訪問（${source}）`,
    direct: '直接',
    linkLabel: (from: string, to: string, orders: string, people: string, time: string) =>
      `${from}から${to}へ 注文${orders}件、${people}人、中央値${time}`,
    seconds: (n: string) => `${n}秒`,
    minutes: (n: string) => `${n}分`,
    hours: (n: string) => `${n}時間`,
    days: (n: string) => `${n}日`,
    none: '—',
  },
  en: {
    title: 'Journeys',
    ask: 'Where people passed before they bought',
    askAfter: 'Where people went after they bought',
    answer: (path, people) => `The most frequent path is “${path}”, taken by ${people}.`,
    nothing: 'Nobody has bought within this time.',
    below: (orders, people) => `${orders} orders by ${people} people within this time`,
    side: 'Direction',
    before: 'Before buying',
    after: 'After buying',
    purchases: 'Purchases',
    all: 'All',
    first: 'First',
    repeat: 'Second and later',
    steps: 'Steps',
    flow: 'Flow of journeys',
    flowUnit: 'The width of a band is orders',
    paths: 'Most frequent paths',
    from: 'From',
    to: 'To',
    distance: 'Steps from the purchase',
    people: 'People',
    orders: 'Orders',
    net: 'Net sales',
    path: 'Path',
    median: 'Time taken (median)',
    medianShort: 'Median',
    failedTitle: 'The journeys could not be loaded',
    how: 'What one person touched within 30 days, step by step from the purchase backwards (or onwards). Nothing before the purchase before it, or after the next one. The same touchpoint twice in a row counts once. The money is the net sales of the purchase at the end (or the beginning) of the path.',
    show: 'Watched a show',
    product: 'Touched a product',
    checkout: 'Held stock',
    order: 'Bought',
    survey: 'Answered a survey',
    share: 'Shared',
    visit: (source) => `Visit (${source})`,
    direct: 'direct',
    linkLabel: (from, to, orders, people, time) =>
      `${from} to ${to}: ${orders} orders, ${people} people, median ${time}`,
    seconds: (n) => `${n} s`,
    minutes: (n) => `${n} min`,
    hours: (n) => `${n} h`,
    days: (n) => (n === '1' ? '1 day' : `${n} days`),
    none: '—',
  },
});

type Words = ReturnType<typeof useJourneysText>;

export function stepName(t: Words, step: string): string {
  if (step.startsWith('visit:')) {
    const source = step.slice('visit:'.length);
    return t.visit(source === 'direct' ? t.direct : source);
  }
  switch (step) {
    case 'show':
    case 'product':
    case 'checkout':
    case 'order':
    case 'survey':
    case 'share':
      return t[step];
    default:
      return step;
  }
}

/** "42秒", "3時間", "12日": in the unit in which it is said. */
export function timeWords(t: Words, seconds: number, format: (value: number) => string): string {
  if (seconds < 90) return t.seconds(format(Math.round(seconds)));
  if (seconds < 90 * 60) return t.minutes(format(Math.round(seconds / 60)));
  if (seconds < 36 * 3600) return t.hours(format(Math.round(seconds / 3600)));
  return t.days(format(Math.round(seconds / 86_400)));
}
