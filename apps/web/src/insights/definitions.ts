import type { Locale } from '#contracts/ids';
import { overviewDefinitions, type OverviewMetric } from './overview/definitions.ts';

/** Figures of a show's page. */
export const showMetrics = [
  'netSales',
  'gmv',
  'orders',
  'aov',
  'conversion',
  'viewers',
  'peak',
  'watchTime',
  'averageWatch',
  'pinned',
  'funnel',
  'clicks',
  'holds',
  'engagement',
  'messages',
  'hearts',
  'ordersPerClick',
] as const;
export const surveyMetrics = ['csat', 'nps', 'stars', 'responseRate'] as const;
export const sourceMetrics = [
  'source',
  'kFactor',
  'customerReferralRate',
  'orderReferralRate',
  'ctr',
  'sourceConversion',
  'gmv',
  'netSales',
] as const;
export type Metric = (typeof showMetrics | typeof surveyMetrics | typeof sourceMetrics)[number] | OverviewMetric;

interface Definition {
  name: string;
  /** What is counted, exactly. */
  text: string;
}

/** Names and definitions of the figures of this page, as docs/METRICS.md has them. */
export const definitions: Record<Locale, Record<Metric, Definition>> = {
  ja: {
    ...overviewDefinitions.ja,
    netSales: {
      name: '純売上',
      text: '支払いが済んだ注文の合計から、返金と取り消しを引いた額です。注文の台帳から数え、画面の操作の記録は使いません。送料と税を含みます。',
    },
    gmv: {
      name: '総売上（GMV）',
      text: '返金と取り消しを引く前の、支払いが済んだ注文の合計です。純売上と、いつも並べて示します。',
    },
    orders: { name: '注文', text: '支払いが済んだ注文の件数です。1件の注文に何点入っていても1件です。' },
    aov: { name: '注文1件あたり', text: '純売上 ÷ 注文の件数。' },
    conversion: {
      name: '購入率',
      text: '買った人 ÷ 見た人。注文の件数ではなく、人で数えます。見た人がいなければ出しません。',
    },
    viewers: {
      name: '見た人',
      text: '配信中に入った人の数です。タブや端末ではなく人で数えるので、読み込み直しても、2つの画面で見ても1人です。',
    },
    peak: {
      name: '最高の同時視聴',
      text: '同じ瞬間に見ていた人の最大の数です。出入りを1件ずつ足し引きして、正確に求めます。',
    },
    watchTime: {
      name: '視聴時間',
      text: '映像が流れていた時間の合計です。10秒ごとの合図で、見ていた区間をつないで数えます。',
    },
    averageWatch: { name: '平均視聴時間', text: '視聴時間の合計 ÷ 見た人。' },
    pinned: {
      name: '画面に出した間の純売上',
      text: '商品を画面に出している間に入った注文のうち、その商品の純売上です。ほかの商品の売上や、外したあとの注文は入りません。',
    },
    funnel: {
      name: '見た人から、買った人まで',
      text: '見た人、商品に触れた人、取り置いた人、買った人を数えます。右の割合は、ひとつ前の段に対するものです。',
    },
    clicks: {
      name: '商品に触れた',
      text: '商品のカード、一覧の商品、買うボタンを押した回数です。人で数えたものは「触れた人」です。',
    },
    holds: { name: '取り置き', text: '買うボタンで在庫を確保した回数です。数量や種類を変えても1回です。' },
    engagement: { name: '参加率', text: 'コメント、ハート、商品に触れる、のどれかを1回でもした人 ÷ 見た人。' },
    messages: { name: 'コメント', text: '見ている人が送ったコメントの数です。消されたものも数えます。' },
    hearts: { name: 'ハート', text: '送られたハートの数です。' },
    ordersPerClick: { name: '触れた回数あたりの注文', text: '注文の件数 ÷ 商品に触れた回数。' },
    csat: {
      name: '満足度（CSAT）',
      text: '1から5のうち、4か5と答えた人 ÷ 答えた人。1回のアンケートで1人の最後の答えだけを数えます。',
    },
    nps: {
      name: 'おすすめ度（NPS）',
      text: '0から10のうち、9か10と答えた人の割合から、0から6と答えた人の割合を引き、100を掛けた数です。7と8は分母にだけ入ります。1回のアンケートで1人の最後の答えだけを数えます。',
    },
    stars: { name: '品の評価', text: '1から5の星の平均です。1回のアンケートで1人の最後の答えだけを数えます。' },
    responseRate: { name: '回答率', text: '答えた人 ÷ 聞いた人。聞いた人は、画面に出た人かメールを送った人です。' },
    source: {
      name: '流入元',
      text: '訪問ごとに、はじめに分かった来た道です。アドレスのutm_source、なければ前のサイト、どちらもなければ「直接」。30分あくと別の訪問です。売上は、その訪問の間に支払われた注文です。',
    },
    sourceConversion: { name: '購入率', text: 'その流入元の訪問で買った人 ÷ その流入元から来た人。' },
    kFactor: {
      name: 'K係数',
      text: '共有のリンクで来て、それまで一度も来たことのなかった人 ÷ 期間に見た人。見た人ひとりが送った誘いの数と、誘われて新しく来た割合の積です。1を超えると、紹介だけで増えます。',
    },
    customerReferralRate: {
      name: '紹介率(a) 紹介した購入者',
      text: '自分の共有リンクで誰かが来た購入者 ÷ 期間の終わりまでの購入者。',
    },
    orderReferralRate: {
      name: '紹介率(b) 紹介からの初めての注文',
      text: '共有リンクで来たことのある人の、初めての注文 ÷ 期間の初めての注文。',
    },
    ctr: {
      name: 'CTR',
      text: 'クリック ÷ 表示。表示は、リンクと並べて置いたピクセルが読み込まれた回数で、作ったときからの合計です。ピクセルを置かなければ出ません。',
    },
  },
  en: {
    ...overviewDefinitions.en,
    netSales: {
      name: 'Net sales',
      text: 'Paid orders less refunds and cancellations, with tax and shipping. Counted from the order ledger, never from what a browser reported.',
    },
    gmv: {
      name: 'GMV',
      text: 'Paid orders before refunds and cancellations. Always shown beside net sales.',
    },
    orders: { name: 'Orders', text: 'Paid orders. An order counts once, however many items are in it.' },
    aov: { name: 'Per order', text: 'Net sales ÷ orders.' },
    conversion: {
      name: 'Conversion',
      text: 'Buyers ÷ viewers: people, not orders. Not shown when nobody watched.',
    },
    viewers: {
      name: 'Viewers',
      text: 'People who joined while the show was live. People, not tabs or devices: a reload or a second screen adds nobody.',
    },
    peak: {
      name: 'Peak viewers',
      text: 'The most people watching in one instant, counted exactly from every joining and leaving.',
    },
    watchTime: {
      name: 'Watch time',
      text: 'All the time the picture played. Signals every 10 seconds are joined into watched intervals.',
    },
    averageWatch: { name: 'Average watch time', text: 'Watch time ÷ viewers.' },
    pinned: {
      name: 'Net sales while on screen',
      text: 'Net sales of the product in orders placed while it was on screen. Other products, and orders after it was taken off, are not in it.',
    },
    funnel: {
      name: 'From watching to buying',
      text: 'People who watched, touched a product, held stock, and bought. Each share is of the step before.',
    },
    clicks: {
      name: 'Product clicks',
      text: 'Presses on a product card, a product in the list, or Buy. Counted by people they are “clickers”.',
    },
    holds: { name: 'Holds', text: 'Times stock was held by pressing Buy. Changing quantity or variant adds none.' },
    engagement: {
      name: 'Engagement rate',
      text: 'Viewers with at least one comment, heart or product click ÷ viewers.',
    },
    messages: { name: 'Comments', text: 'Comments by viewers, deleted ones included.' },
    hearts: { name: 'Hearts', text: 'Hearts given.' },
    ordersPerClick: { name: 'Orders per click', text: 'Orders ÷ product clicks.' },
    csat: {
      name: 'CSAT',
      text: 'People who answered 4 or 5 of 5 ÷ people who answered. The latest answer of a person counts, once each time it is asked.',
    },
    nps: {
      name: 'NPS',
      text: 'Share of people who answered 9 or 10 of 10, less the share of those who answered 0 to 6, times 100. 7 and 8 count only below the line. The latest answer of a person counts, once each time it is asked.',
    },
    stars: {
      name: 'Product stars',
      text: 'Mean of 1 to 5 stars. The latest answer of a person counts, once each time it is asked.',
    },
    responseRate: {
      name: 'Response rate',
      text: 'People who answered ÷ people who were asked: on whose screen it was, or to whom a mail was sent.',
    },
    source: {
      name: 'Source',
      text: 'The first way known by which a session came: utm_source of the address, else the site before, else “direct”. After 30 idle minutes a new session begins. Sales are orders paid within the session.',
    },
    sourceConversion: {
      name: 'Conversion',
      text: 'People who bought in a session of this source ÷ people who came by it.',
    },
    kFactor: {
      name: 'K-factor',
      text: 'People who came by a shared link and had never been here before ÷ people who were here in the period: invitations per viewer times the share of them who came new. Above 1, referral alone makes the audience grow.',
    },
    customerReferralRate: {
      name: 'Referral rate (a): customers who referred',
      text: 'Customers by whose shared link somebody came ÷ customers up to the end of the period.',
    },
    orderReferralRate: {
      name: 'Referral rate (b): first orders by referral',
      text: 'First orders of people who had come by a shared link ÷ first orders in the period.',
    },
    ctr: {
      name: 'CTR',
      text: 'Clicks ÷ views, since the link was made. A view is one loading of the pixel that stands beside the link; without it there is no figure.',
    },
  },
};
