import { metric } from './metric.ts';

/** Figures of surveys, of where visits came from, and of referral. */
export const sourceMetrics = {
  csat: metric(
    { ja: '満足度（CSAT）', en: 'CSAT' },
    {
      ja: '1から5のうち、4か5と答えた人 ÷ 答えた人。1回のアンケートで1人の最後の答えだけを数えます。',
      en: 'People who answered 4 or 5 of 5 ÷ people who answered. The latest answer of a person counts, once each time it is asked.',
    },
    'answers 4 or 5 / all answers',
    'libs/contracts/src/surveys.ts',
  ),
  nps: metric(
    { ja: 'おすすめ度（NPS）', en: 'NPS' },
    {
      ja: '0から10のうち、9か10と答えた人の割合から、0から6と答えた人の割合を引き、100を掛けた数です。7と8は分母にだけ入ります。1回のアンケートで1人の最後の答えだけを数えます。',
      en: 'Share of people who answered 9 or 10 of 10, less the share of those who answered 0 to 6, times 100. 7 and 8 count only below the line. The latest answer of a person counts, once each time it is asked.',
    },
    '% of 9–10 − % of 0–6',
    'libs/contracts/src/surveys.ts',
  ),
  stars: metric(
    { ja: '品の評価', en: 'Product stars' },
    {
      ja: '1から5の星の平均です。1回のアンケートで1人の最後の答えだけを数えます。',
      en: 'Mean of 1 to 5 stars. The latest answer of a person counts, once each time it is asked.',
    },
    'mean of 1 to 5',
    'libs/contracts/src/surveys.ts',
  ),
  responseRate: metric(
    { ja: '回答率', en: 'Response rate' },
    {
      ja: '答えた人 ÷ 聞いた人。聞いた人は、画面に出た人かメールを送った人です。',
      en: 'People who answered ÷ people who were asked: on whose screen it was, or to whom a mail was sent.',
    },
    'persons who answered / persons asked',
    'apps/api/src/engagement/surveys/surveys.queries.ts',
  ),
  source: metric(
    { ja: '流入元', en: 'Source' },
    {
      ja: '訪問ごとに、はじめに分かった来た道です。アドレスのutm_source、なければ前のサイト、どちらもなければ「直接」。30分あくと別の訪問です。売上は、その訪問の間に注文され、支払われたものです。',
      en: 'The first way known by which a session came: utm_source of the address, else the site before, else “direct”. After 30 idle minutes a new session begins. Sales are orders placed within the session, once they are paid: a voucher may be paid days later.',
    },
    'first utm_source or referrer of a session',
    'apps/api/src/insights/sources/sources.queries.ts',
  ),
  sourceConversion: metric(
    { ja: '購入率', en: 'Conversion' },
    {
      ja: 'その流入元の訪問で買った人 ÷ その流入元から来た人。',
      en: 'People who bought in a session of this source ÷ people who came by it.',
    },
    'buyers of the source / visitors of the source',
    'apps/api/src/insights/sources/sources.queries.ts',
  ),
  kFactor: metric(
    { ja: 'K係数', en: 'K-factor' },
    {
      ja: '共有のリンクで来て、それまで一度も来たことのなかった人 ÷ 期間に見た人。見た人ひとりが送った誘いの数と、誘われて新しく来た割合の積です。1を超えると、紹介だけで増えます。',
      en: 'People who came by a shared link and had never been here before ÷ people who were here in the period: invitations per viewer times the share of them who came new. Above 1, referral alone makes the audience grow.',
    },
    'new persons by shared links / persons who were here',
    'apps/api/src/insights/sources/sources.queries.ts',
  ),
  customerReferralRate: metric(
    { ja: '紹介率(a) 紹介した購入者', en: 'Referral rate (a): customers who referred' },
    {
      ja: '自分の共有リンクで誰かが来た購入者 ÷ 期間の終わりまでの購入者。',
      en: 'Customers by whose shared link somebody came ÷ customers up to the end of the period.',
    },
    'customers with a referral / customers',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  orderReferralRate: metric(
    { ja: '紹介率(b) 紹介からの初めての注文', en: 'Referral rate (b): first orders by referral' },
    {
      ja: '共有リンクで来たことのある人の、初めての注文 ÷ 期間の初めての注文。',
      en: 'First orders of people who had come by a shared link ÷ first orders in the period.',
    },
    'referred first orders / first orders',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  ctr: metric(
    { ja: 'CTR', en: 'CTR' },
    {
      ja: 'クリック ÷ 表示。表示は、リンクと並べて置いたピクセルが読み込まれた回数で、作ったときからの合計です。ピクセルを置かなければ出ません。',
      en: 'Clicks ÷ views, since the link was made. A view is one loading of the pixel that stands beside the link; without it there is no figure.',
    },
    'clicks / views of the pixel',
    'apps/api/src/insights/sources/sources.queries.ts',
  ),
} as const;
