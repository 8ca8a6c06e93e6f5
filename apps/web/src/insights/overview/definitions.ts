import type { Locale } from '#contracts/ids';

/** Figures that the overview brings; it shows some of a show's, of surveys and of sources too. */
export const ownMetrics = [
  'value',
  'valueMargin',
  'valueForecast',
  'newReturning',
  'f2',
  'repeatCumulative',
  'repeaterShare',
  'retention',
  'churn',
  'churnModel',
  'retentionCurve',
  'visitFrequency',
  'showsJoined',
  'watchPerView',
  'productCtr',
  'productUniqueCtr',
  'backTest',
  'modelFit',
] as const;
export type OverviewMetric = (typeof ownMetrics)[number];

/** In the order of the page. */
export const overviewMetrics = [
  ...(['value', 'valueMargin', 'valueForecast', 'netSales', 'gmv', 'orders', 'aov', 'newReturning'] as const),
  ...(['f2', 'repeatCumulative', 'repeaterShare', 'retention', 'churn', 'churnModel', 'retentionCurve'] as const),
  ...(['visitFrequency', 'showsJoined', 'viewers', 'watchTime', 'watchPerView', 'averageWatch', 'engagement'] as const),
  ...(['productCtr', 'productUniqueCtr', 'conversion', 'ordersPerClick'] as const),
  ...(['csat', 'nps', 'customerReferralRate', 'orderReferralRate', 'backTest', 'modelFit'] as const),
] as const;

export const overviewDefinitions: Record<Locale, Record<OverviewMetric, { name: string; text: string }>> = {
  ja: {
    value: {
      name: 'お客様1人の価値（LTV）',
      text: '期間の終わりまでに支払われた注文から返金を引いた額の合計 ÷ それまでに買ったお客様。返金は、いつのものでも、その注文から引きます。',
    },
    valueMargin: { name: '粗利でのLTV', text: 'LTV × 設定した粗利率。粗利率を設定したときだけ出します。' },
    valueForecast: {
      name: '今後12か月の見込み（予測LTV）',
      text: 'E[購入額] × Σ (E[X(t)] − E[X(t−1)]) ÷ (1+d)^t。回数はBG/NBD（Fader, Hardie, Lee 2005）、金額はGamma-Gamma（2005）で、12か月を月ごとに割り引いて足します。期間の終わりより前の、最後の計算の値です。',
    },
    newReturning: {
      name: '新しいお客様と、戻ったお客様',
      text: '期間に買った人のうち、はじめての注文が期間にある人と、それより前にある人。',
    },
    f2: {
      name: 'リピート率（F2）',
      text: 'はじめての注文から、その日数のうちに2回目の注文をした人 ÷ はじめて買った人。日数が期間のうちに過ぎた人だけを数えます。1日は24時間で、ちょうどの時刻を含みます。',
    },
    repeatCumulative: {
      name: 'リピート率（累計）',
      text: '期間に2回目以後の注文をした人 ÷ 期間の終わりまでのすべてのお客様。',
    },
    repeaterShare: {
      name: 'リピーター率',
      text: '期間に2回目以後の注文をした人 ÷ 期間に買った人。',
    },
    retention: {
      name: '顧客維持率',
      text: '(E − N) ÷ B。Bははじめのお客様、Eは終わりのお客様、Nはその間に加わったお客様。ある時点のお客様とは、それまでの90日に買った人です。',
    },
    churn: {
      name: '解約率',
      text: '契約のない店の形：ひとつ前の同じ長さの期間に買い、この期間に買わなかった人 ÷ ひとつ前の期間に買った人。',
    },
    churnModel: {
      name: '解約率（モデル）',
      text: '1 − P(alive)の平均。P(alive)は、お客様がまだ離れていない確率です（BG/NBD）。1回だけ買った人では1になります。',
    },
    retentionCurve: {
      name: '戻ってきた割合',
      text: 'はじめての注文からk番目の区間にまた買った人 ÷ その区間が終わったお客様。終わっていない区間は数えません。',
    },
    visitFrequency: {
      name: '訪問頻度',
      text: '期間に始まった訪問 ÷ 訪問した人。30分動きがないと、訪問は終わります。1人の端末の訪問が重なれば1回です。',
    },
    showsJoined: { name: '見た配信の数', text: '期間に始まった配信ごとの見た人の合計 ÷ 見た人。' },
    watchPerView: { name: '1回あたりの視聴時間', text: '視聴時間の合計 ÷ 配信ごとの見た人の合計。' },
    productCtr: {
      name: '商品のCTR',
      text: '配信の中で商品に触れた回数 ÷ 商品が見えた回数（半分以上が1秒以上）。',
    },
    productUniqueCtr: { name: '商品のCTR（人）', text: '配信の中で商品に触れた人 ÷ 商品が見えた人。' },
    backTest: {
      name: '予測の答え合わせ',
      text: 'これまでの記録の終わりの3分の1を隠して計算し、その間に買うと見込んだ回数と、ほんとうの回数を比べます。差は (見込み − 実際) ÷ 実際。',
    },
    modelFit: {
      name: '計算の中身',
      text: '最尤法で求めたBG/NBDのr、α、a、bと、Gamma-Gammaのp、q、v。±は標準誤差です。時間は週、同じ日の注文は1回に数えます。回数と金額の相関は、0に近いほど前提に合います。',
    },
  },
  en: {
    value: {
      name: 'Value of a customer (LTV)',
      text: 'Paid orders less refunds up to the end of the period ÷ customers who had bought by then. A refund is taken off the order it belongs to, whenever it was made.',
    },
    valueMargin: { name: 'LTV at margin', text: 'LTV × the margin that is set. Shown only where one is.' },
    valueForecast: {
      name: 'Next 12 months (predictive LTV)',
      text: 'E[spend] × Σ (E[X(t)] − E[X(t−1)]) ÷ (1+d)^t, over twelve discounted months. How often: BG/NBD (Fader, Hardie, Lee 2005). How much: Gamma-Gamma (2005). Of the last fit before the end of the period.',
    },
    newReturning: {
      name: 'New and returning buyers',
      text: 'People who bought in the period: those whose first order lies in it, and those whose first order lies before.',
    },
    f2: {
      name: 'Repeat rate (F2)',
      text: 'People with a second order within so many days of their first ÷ first-time buyers. Only those whose days ended in the period are counted. A day is 24 hours, the last instant included.',
    },
    repeatCumulative: {
      name: 'Repeat rate (cumulative)',
      text: 'People with a second or later order in the period ÷ all customers up to its end.',
    },
    repeaterShare: {
      name: 'Repeater share',
      text: 'People with a second or later order in the period ÷ people who bought in it.',
    },
    retention: {
      name: 'Retention',
      text: '(E − N) ÷ B: customers at the end, those gained meanwhile, customers at the start. A customer of an instant has bought in the 90 days before it.',
    },
    churn: {
      name: 'Churn',
      text: 'As a shop without contracts has it: people who bought in the period of the same length before and not in this one ÷ people who bought in the one before.',
    },
    churnModel: {
      name: 'Churn (model)',
      text: '1 − mean P(alive), the probability that a customer has not left for good (BG/NBD). It is 1 for who bought once.',
    },
    retentionCurve: {
      name: 'Who came back',
      text: 'People who bought again in the k-th interval after their first order ÷ customers for whom that interval is over. Unfinished intervals are left out.',
    },
    visitFrequency: {
      name: 'Visit frequency',
      text: 'Sessions that began in the period ÷ people with one. A session ends after 30 idle minutes; sessions of one person’s devices that meet are one.',
    },
    showsJoined: {
      name: 'Shows joined',
      text: 'Viewers of each show that went live in the period, added up ÷ people who viewed any.',
    },
    watchPerView: { name: 'Watch time per view', text: 'Watch time ÷ viewers of each show, added up.' },
    productCtr: {
      name: 'Product CTR',
      text: 'Clicks on products within shows ÷ times a product was in view (half of it for a second).',
    },
    productUniqueCtr: {
      name: 'Product CTR (people)',
      text: 'People who clicked a product within a show ÷ people who had one in view.',
    },
    backTest: {
      name: 'The forecast, tried on the past',
      text: 'The last third of the history is hidden from the models; what they expect for it stands beside what was then bought. Error: (expected − actual) ÷ actual.',
    },
    modelFit: {
      name: 'Inside the models',
      text: 'Maximum likelihood: r, α, a, b of BG/NBD and p, q, v of Gamma-Gamma, ± standard errors. Times in weeks; orders of one day are one. The models suppose no correlation of how often and how much: the nearer to 0, the better.',
    },
  },
};
