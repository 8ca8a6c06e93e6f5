import { metric } from './metric.ts';

/** Figures of customers over time. */
export const customerMetrics = {
  value: metric(
    { ja: 'お客様1人の価値（LTV）', en: 'Value of a customer (LTV)' },
    {
      ja: '期間の終わりまでに支払われた注文から返金を引いた額の合計 ÷ それまでに買ったお客様。返金は、いつのものでも、その注文から引きます。',
      en: 'Paid orders less refunds up to the end of the period ÷ customers who had bought by then. A refund is taken off the order it belongs to, whenever it was made.',
    },
    'Σ (paid − refunded) to date / customers to date',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  valueMargin: metric(
    { ja: '粗利でのLTV', en: 'LTV at margin' },
    {
      ja: 'LTV × 設定した粗利率。粗利率を設定したときだけ出します。',
      en: 'LTV × the margin that is set. Shown only where one is.',
    },
    'LTV × margin',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  valueForecast: metric(
    { ja: '今後12か月の見込み（予測LTV）', en: 'Next 12 months (predictive LTV)' },
    {
      ja: 'E[購入額] × Σ (E[X(t)] − E[X(t−1)]) ÷ (1+d)^t。回数はBG/NBD（Fader, Hardie, Lee 2005）、金額はGamma-Gamma（2005）で、12か月を月ごとに割り引いて足します。期間の終わりより前の、最後の計算の値です。',
      en: 'E[spend] × Σ (E[X(t)] − E[X(t−1)]) ÷ (1+d)^t, over twelve discounted months. How often: BG/NBD (Fader, Hardie, Lee 2005). How much: Gamma-Gamma (2005). Of the last fit before the end of the period.',
    },
    'E[spend] × Σ over t of (E[X(t)] − E[X(t−1)]) / (1+d)^t',
    'libs/insight/src/lifetime-value.ts',
  ),
  newReturning: metric(
    { ja: '新しいお客様と、戻ったお客様', en: 'New and returning buyers' },
    {
      ja: '期間に買った人のうち、はじめての注文が期間にある人と、それより前にある人。',
      en: 'People who bought in the period: those whose first order lies in it, and those whose first order lies before.',
    },
    'buyers whose first order lies in W; buyers whose first order lies before',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  f2: metric(
    { ja: 'リピート率（F2）', en: 'Repeat rate (F2)' },
    {
      ja: 'はじめての注文から、その日数のうちに2回目の注文をした人 ÷ はじめて買った人。日数が期間のうちに過ぎた人だけを数えます。1日は24時間で、ちょうどの時刻を含みます。',
      en: 'People with a second order within so many days of their first ÷ first-time buyers. Only those whose days ended in the period are counted. A day is 24 hours, the last instant included.',
    },
    'buyers with a second order within n days / first-time buyers of the cohort',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  repeatCumulative: metric(
    { ja: 'リピート率（累計）', en: 'Repeat rate (cumulative)' },
    {
      ja: '期間に2回目以後の注文をした人 ÷ 期間の終わりまでのすべてのお客様。',
      en: 'People with a second or later order in the period ÷ all customers up to its end.',
    },
    'repeat buyers in W / new customers to date',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  repeaterShare: metric(
    { ja: 'リピーター率', en: 'Repeater share' },
    {
      ja: '期間に2回目以後の注文をした人 ÷ 期間に買った人。',
      en: 'People with a second or later order in the period ÷ people who bought in it.',
    },
    'repeat buyers in W / all buyers in W',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  retention: metric(
    { ja: '顧客維持率', en: 'Retention' },
    {
      ja: '(E − N) ÷ B。Bははじめのお客様、Eは終わりのお客様、Nはその間に加わったお客様。ある時点のお客様とは、それまでの90日に買った人です。',
      en: '(E − N) ÷ B: customers at the end, those gained meanwhile, customers at the start. A customer of an instant has bought in the 90 days before it.',
    },
    '(E − N) / B; (620 − 100) / 600 = 86.7 %',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  churn: metric(
    { ja: '解約率', en: 'Churn' },
    {
      ja: '契約のない店の形：ひとつ前の同じ長さの期間に買い、この期間に買わなかった人 ÷ ひとつ前の期間に買った人。',
      en: 'As a shop without contracts has it: people who bought in the period of the same length before and not in this one ÷ people who bought in the one before.',
    },
    'active in p−1 and not in p / active in p−1',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  churnModel: metric(
    { ja: '解約率（モデル）', en: 'Churn (model)' },
    {
      ja: '1 − P(alive)の平均。P(alive)は、お客様がまだ離れていない確率です（BG/NBD）。1回だけ買った人では1になります。',
      en: '1 − mean P(alive), the probability that a customer has not left for good (BG/NBD). It is 1 for who bought once.',
    },
    '1 − mean P(alive)',
    'libs/insight/src/bg-nbd.ts',
  ),
  retentionCurve: metric(
    { ja: '戻ってきた割合', en: 'Who came back' },
    {
      ja: 'はじめての注文からk番目の区間にまた買った人 ÷ その区間が終わったお客様。終わっていない区間は数えません。',
      en: 'People who bought again in the k-th interval after their first order ÷ customers for whom that interval is over. Unfinished intervals are left out.',
    },
    'active in interval k / customers for whom it is over',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  visitFrequency: metric(
    { ja: '訪問頻度', en: 'Visit frequency' },
    {
      ja: '期間に始まった訪問 ÷ 訪問した人。30分動きがないと、訪問は終わります。1人の端末の訪問が重なれば1回です。',
      en: 'Sessions that began in the period ÷ people with one. A session ends after 30 idle minutes; sessions of one person’s devices that meet are one.',
    },
    'sessions in W / persons with a session in W',
    'apps/api/src/insights/overview/person-rollups.service.ts',
  ),
  showsJoined: metric(
    { ja: '見た配信の数', en: 'Shows joined' },
    {
      ja: '期間に始まった配信ごとの見た人の合計 ÷ 見た人。',
      en: 'Viewers of each show that went live in the period, added up ÷ people who viewed any.',
    },
    'shows joined / viewers',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  watchPerView: metric(
    { ja: '1回あたりの視聴時間', en: 'Watch time per view' },
    { ja: '視聴時間の合計 ÷ 配信ごとの見た人の合計。', en: 'Watch time ÷ viewers of each show, added up.' },
    'watch time / viewers of each show, added up',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  productCtr: metric(
    { ja: '商品のCTR', en: 'Product CTR' },
    {
      ja: '配信の中で商品に触れた回数 ÷ 商品が見えた回数（半分以上が1秒以上）。',
      en: 'Clicks on products within shows ÷ times a product was in view (half of it for a second).',
    },
    'clicks / viewable impressions',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  productUniqueCtr: metric(
    { ja: '商品のCTR（人）', en: 'Product CTR (people)' },
    {
      ja: '配信の中で商品に触れた人 ÷ 商品が見えた人。',
      en: 'People who clicked a product within a show ÷ people who had one in view.',
    },
    'persons who clicked / persons who saw',
    'apps/api/src/insights/overview/overview.queries.ts',
  ),
  backTest: metric(
    { ja: '予測の答え合わせ', en: 'The forecast, tried on the past' },
    {
      ja: 'これまでの記録の終わりの3分の1を隠して計算し、その間に買うと見込んだ回数と、ほんとうの回数を比べます。差は (見込み − 実際) ÷ 実際。',
      en: 'The last third of the history is hidden from the models; what they expect for it stands beside what was then bought. Error: (expected − actual) ÷ actual.',
    },
    '(expected − actual) / actual over a held-out third',
    'libs/insight/src/back-test.ts',
  ),
  modelFit: metric(
    { ja: '計算の中身', en: 'Inside the models' },
    {
      ja: '最尤法で求めたBG/NBDのr、α、a、bと、Gamma-Gammaのp、q、v。±は標準誤差です。時間は週、同じ日の注文は1回に数えます。回数と金額の相関は、0に近いほど前提に合います。',
      en: 'Maximum likelihood: r, α, a, b of BG/NBD and p, q, v of Gamma-Gamma, ± standard errors. Times in weeks; orders of one day are one. The models suppose no correlation of how often and how much: the nearer to 0, the better.',
    },
    'maximum likelihood of BG/NBD and Gamma-Gamma',
    'libs/insight/src/maximum-likelihood.ts',
  ),
  cohortRetention: metric(
    { ja: 'コホートの維持率', en: 'Cohort retention' },
    {
      ja: '同じ時期にはじめて買った人のうち、k番目の期間にも買った人の割合です。終わっていない期間は空です。0ではありません。',
      en: 'Of a cohort, those active in interval k. Cells that are not over are empty, not 0.',
    },
    'active in interval k / cohort size',
    'libs/insight/src/retention.ts',
  ),
  pAlive: metric(
    { ja: 'また買う見込み', en: 'P(alive)' },
    {
      ja: 'その人がまだ客である確率です。1回だけの人は1になるので、ほかの数字と合わせて読みます。',
      en: 'The probability that a customer still is one. It is 1 for who bought once: read it beside the others.',
    },
    'x = 0: 1; else 1 / (1 + a/(b+x−1) · ((α+T)/(α+tx))^(r+x))',
    'libs/insight/src/bg-nbd.ts',
  ),
  rfm: metric(
    { ja: 'RFM', en: 'RFM' },
    {
      ja: '最後の注文からの日数（R）、注文の回数（F）、1件の平均額（M）を、それぞれ5つに分けます。5がいちばん良く、同じ値が多いと段は減ります。',
      en: 'Days since the last order, orders, and mean amount, each in quintiles 1 to 5, R reversed. Ties make fewer bins.',
    },
    'quintiles of recency (reversed), frequency, mean amount',
    'libs/insight/src/rfm.ts',
  ),
  engagementScore: metric(
    { ja: '関わりの点数', en: 'Engagement score' },
    {
      ja: 'したことの回数に重みを掛け、古いほど薄めて足した点です。重みは公開し、版をつけています。',
      en: 'Weighted counts of what a person did, fading with time. Weights are published and versioned.',
    },
    'Σ weight × ln(1 + count) × recency decay',
    'libs/insight/src/scores.ts',
  ),
  stage: metric(
    { ja: '段階', en: 'Lifecycle stage' },
    {
      ja: '上から順に当てはめます。離れた：最後に見かけてから180日を超えた。離れかけ：最後に見かけてから、または最後の注文から90日を超えた。常連：注文4回以上。リピーター：2回か3回。ファン：この90日で配信を3本以上見た。それ以外は新規です。',
      en: 'The first rule that fits. Lost: not seen for over 180 days. At risk: not seen for over 90 days, or bought and not again for as long. Loyal: four orders or more. Repeater: two or three. Fan: joined three shows or more in 90 days. New: everybody else.',
    },
    'the first rule that fits, as of today',
    'libs/insight/src/lifecycle.ts',
  ),
  journey: metric(
    { ja: '道のり', en: 'Journeys' },
    {
      ja: '購入の前と後に、人が触れた場所の順です。人は、結び付けられたすべての端末とアドレスで1人です。',
      en: 'The order in which people met touchpoints before and after a purchase; a person is all linked devices and addresses.',
    },
    'paths of touchpoints by person',
    'apps/api/src/insights/journeys/journeys.queries.ts',
  ),
} as const;
