import { metric } from './metric.ts';

const show = 'apps/api/src/insights/insights.service.ts';
const queries = 'apps/api/src/insights/show/show.queries.ts';
const products = 'apps/api/src/insights/show/show-products.ts';

/** Figures of one show. */
export const showMetrics = {
  netSales: metric(
    { ja: '純売上', en: 'Net sales' },
    {
      ja: '支払いが済んだ注文の合計から、返金と取り消しを引いた額です。注文の台帳から数え、画面の操作の記録は使いません。送料と税を含みます。返金は決めた時から数え、失敗したものは数えません。',
      en: 'Paid orders less refunds and cancellations, with tax and shipping. Counted from the order ledger, never from what a browser reported. A refund counts from its decision on, and no longer once it has failed.',
    },
    'GMV − refunds',
    show,
  ),
  gmv: metric(
    { ja: '総売上（GMV）', en: 'GMV' },
    {
      ja: '返金と取り消しを引く前の、支払いが済んだ注文の合計です。純売上と、いつも並べて示します。',
      en: 'Paid orders before refunds and cancellations. Always shown beside net sales.',
    },
    'sum of the totals of paid orders',
    show,
  ),
  orders: metric(
    { ja: '注文', en: 'Orders' },
    {
      ja: '支払いが済んだ注文の件数です。1件の注文に何点入っていても1件です。',
      en: 'Paid orders. An order counts once, however many items are in it.',
    },
    'distinct paid orders',
    show,
  ),
  refunds: metric(
    { ja: '返金', en: 'Refunds' },
    {
      ja: '総売上と純売上の差です。返金のあった注文の件数を添えます。銀行が異議で取り戻した額も返金に数え、争っている間は数えません。',
      en: 'GMV less net sales, with the number of orders that had one. Money taken back in a lost dispute is a refund; while a dispute is open it is not.',
    },
    'GMV − net sales',
    show,
  ),
  aov: metric(
    { ja: '注文1件あたり（AOV）', en: 'Per order (AOV)' },
    {
      ja: '純売上 ÷ 注文の件数。明細ではなく、注文で割ります。',
      en: 'Net sales ÷ orders: distinct orders, not lines.',
    },
    'net sales / orders',
    show,
  ),
  conversion: metric(
    { ja: '購入率', en: 'Conversion' },
    {
      ja: '買った人 ÷ 見た人。注文の件数ではなく、人で数えます。見た人がいなければ出しません。',
      en: 'Buyers ÷ viewers: people, not orders. Not shown when nobody watched.',
    },
    'buyers / viewers',
    show,
  ),
  ordersPerClick: metric(
    { ja: '触れた回数あたりの注文', en: 'Orders per click' },
    { ja: '注文の件数 ÷ 商品に触れた回数。', en: 'Orders ÷ product clicks.' },
    'orders / product clicks',
    show,
  ),
  newBuyers: metric(
    { ja: 'はじめて買った人', en: 'New buyers' },
    {
      ja: 'この配信での注文が、このブランドでの最初の注文だった人です。ほかの買った人は「ふたたび買った人」です。',
      en: 'People whose order in this show was their first of the brand. The other buyers are returning ones.',
    },
    'buyers without an earlier paid order',
    queries,
  ),
  viewers: metric(
    { ja: '見た人', en: 'Viewers' },
    {
      ja: '配信中に入ったか、映像を見た人の数です。タブや端末ではなく人で数えるので、読み込み直しても、2つの画面で見ても1人です。スタッフは数えません。',
      en: 'People who joined while the show was live, or watched. People, not tabs or devices: a reload or a second screen adds nobody. Staff are not counted.',
    },
    'distinct persons after identity resolution',
    queries,
  ),
  devices: metric(
    { ja: '端末', en: 'Devices' },
    {
      ja: '見た人が使ったブラウザーの数です。人とは別に数えます。',
      en: 'Browsers that viewers used, counted apart from people.',
    },
    'distinct browsers',
    queries,
  ),
  returningViewers: metric(
    { ja: 'ふたたび来た人', en: 'Returning viewers' },
    {
      ja: '見た人のうち、これより前の配信も見た人です。記録から数秒遅れて数えます。',
      en: 'Viewers who were viewers of an earlier show too. Counted a few seconds behind the log.',
    },
    'viewers of this show and of one before it',
    queries,
  ),
  peak: metric(
    { ja: '最高の同時視聴', en: 'Peak viewers' },
    {
      ja: '同じ瞬間に見ていた人の最大の数です。出入りを1件ずつ足し引きして、正確に求めます。同じ瞬間には、出る人を先に数えます。',
      en: 'The most people watching in one instant, by an exact sweep of every coming and leaving; at one instant the leaving count first.',
    },
    'max over time of Σ(+1, −1)',
    'libs/insight/src/concurrency.ts',
  ),
  watchTime: metric(
    { ja: '視聴時間', en: 'Watch time' },
    {
      ja: '映像が流れていた時間の合計です。10秒ごとの合図で見ていた区間をつなぎ、最後の合図から5秒で閉じます。同じ人の重なりは1度だけ数えます。',
      en: 'All the time the picture played. Signals every 10 seconds are joined into watched intervals, closed 5 s after the last; what overlaps for one person counts once.',
    },
    'sum of watched intervals; h × (distinct floor(t / h) − 1) + 5 s, h = 10 s',
    show,
  ),
  averageWatch: metric(
    { ja: '平均視聴時間', en: 'Average watch time' },
    { ja: '視聴時間の合計 ÷ 見た人。', en: 'Watch time ÷ viewers.' },
    'watch time / viewers',
    show,
  ),
  viewLength: metric(
    { ja: '1回の視聴の長さ', en: 'Length of a view' },
    {
      ja: '視聴時間の合計 ÷ 視聴の回数。とぎれずに見ていた区間を1回と数え、出て戻ると2回になります。',
      en: 'Watch time ÷ views. A view is a stretch of watching without a break; who leaves and comes back has two.',
    },
    'watch time / views',
    show,
  ),
  engagement: metric(
    { ja: '参加率', en: 'Engagement rate' },
    {
      ja: 'コメント、ハート、商品に触れる、質問に答える、のどれかを1回でもした人 ÷ 見た人。',
      en: 'Viewers with at least one comment, heart, product click or answer ÷ viewers.',
    },
    'viewers who did something / viewers',
    queries,
  ),
  impressions: metric(
    { ja: '商品が見えた', en: 'Product impressions' },
    {
      ja: '商品のカードや一覧の商品が、半分以上、1秒以上見えた回数です。',
      en: 'Times a product card, or a product in the list, was at least half visible for one second.',
    },
    "count of 'Product Viewed'",
    queries,
  ),
  clicks: metric(
    { ja: '商品に触れた', en: 'Product clicks' },
    {
      ja: '商品のカード、一覧の商品、買うボタンを押した回数です。人で数えたものは「触れた人」です。',
      en: 'Presses on a product card, a product in the list, or Buy. Counted by people they are “clickers”.',
    },
    "count of 'Product Clicked'",
    queries,
  ),
  holds: metric(
    { ja: '取り置き', en: 'Holds' },
    {
      ja: '買うボタンで在庫を確保した回数です。数量や種類を変えても1回です。',
      en: 'Times stock was held by pressing Buy. Changing quantity or variant adds none.',
    },
    "count of 'Checkout Started'",
    queries,
  ),
  messages: metric(
    { ja: 'コメント', en: 'Comments' },
    {
      ja: '見ている人が送ったコメントの数です。消されたものも数えます。',
      en: 'Comments by viewers, deleted ones included.',
    },
    "count of 'Chat Sent'",
    queries,
  ),
  hearts: metric(
    { ja: 'ハート', en: 'Hearts' },
    { ja: '送られたハートの数です。', en: 'Hearts given.' },
    "sum of 'Reaction Sent'",
    queries,
  ),
  pinned: metric(
    { ja: '画面に出した間の純売上', en: 'Net sales while on screen' },
    {
      ja: '商品を画面に出している間に支払われた注文のうち、その商品の純売上です。送料、ほかの商品、外したあとの注文は入りません。',
      en: 'Net sales of the product in orders paid while it was on screen, without shipping. Other products, and orders after it was taken off, are not in it.',
    },
    'Σ lines of the product paid within its pins, less their share of refunds',
    show,
  ),
  pinEffect: metric(
    { ja: '出した効果', en: 'What the pin moved' },
    {
      ja: '画面に出していた間の1分あたりの注文 ÷ 出していなかった配信中の1分あたりの注文。見ていた人（平均）と触れた回数も、同じ2つの時間で比べます。出す前後の違いで、原因の証明ではありません。',
      en: 'Orders of the product per minute on screen ÷ per minute on air when it was not on screen. Viewers (average) and clicks are compared over the same two parts. A difference in time, not a proof of cause.',
    },
    '(orders on screen / minutes on screen) / (orders else / minutes else)',
    products,
  ),
  productConversion: metric(
    { ja: '商品の購入率', en: 'Product conversion' },
    {
      ja: 'その商品を買った人 ÷ 画面に出していた間に見ていた人。出していなければ出しません。',
      en: 'People who bought the product ÷ people who watched while it was on screen. Not shown where it never was.',
    },
    'buyers of the product / viewers while pinned',
    products,
  ),
  attribution: metric(
    { ja: '注文のきっかけ', en: 'What led to orders' },
    {
      ja: '配信で商品に触れてから7日以内の注文を「直接」、触れずに見えてから1日以内の注文を「間接」と数えます。触れたことは見えたことに勝ち、最後のものを取ります。商品ごとの値は、その商品への操作とその商品の純売上です。',
      en: 'Orders within 7 days of a click on a product in the show are direct; without one, within 1 day of a product being visible, influenced. A click beats a view, the last one counts. A product’s figures are of clicks on it and of its own net sales.',
    },
    'last touch; V(click) = 7 days, V(view) = 1 day, edge included',
    'libs/insight/src/attribution.ts',
  ),
  funnel: metric(
    { ja: '来てから、また買うまで', en: 'From coming to buying again' },
    {
      ja: 'ページに来た、配信に入った、60秒以上見た、商品に触れた、取り置いた、買った、また買った（どの配信でも）の順に進んだ人です。どの段も前の段より後に起き、来てから30日以内のものを、その人のいちばん進んだ試みで数えます。「見た人」など単独の数とは違うことがあります。',
      en: 'People who came to the page, joined the live show, watched for 60 seconds, clicked a product, held it, bought, and bought again (in any show), in this order. Each step is later than the one before and within 30 days of coming; a person’s best attempt counts. It may differ from single counts such as viewers.',
    },
    'persons reaching step k / step 1; strictly later steps, window from step 1 with its edge, best attempt',
    'apps/api/src/insights/show/show-funnel.ts',
  ),
  replayCurve: metric(
    { ja: '録画の視聴', en: 'Watching of the replay' },
    {
      ja: '録画のその秒を見た人の数です。いつ見たかは問いません。同じ人が何度見ても、2つの端末で見ても1人です。半分以上が流れた秒を、見た秒とします。録画を消した後も残ります。',
      en: 'People who have seen that second of the replay, whenever that was; somebody who saw it twice, or on two devices, is one. A second counts once most of it has played. It stays when the replay is deleted.',
    },
    'distinct persons whose played stretches, rounded to whole seconds, hold the second',
    'apps/api/src/insights/show/replay-watched.ts',
  ),
  replayViewers: metric(
    { ja: '録画を見た人', en: 'Viewers of the replay' },
    {
      ja: '録画を1秒以上再生した人の数です。配信中に見た人も、あとで録画を見れば数えます。',
      en: 'People who played at least a second of the replay. Who had watched the show live counts too.',
    },
    'distinct persons after identity resolution',
    'apps/api/src/insights/show/replay-watched.ts',
  ),
  replayWatch: metric(
    { ja: '録画の平均視聴時間', en: 'Average watch time of the replay' },
    {
      ja: '録画が再生された時間の合計 ÷ 録画を見た人。見返した時間も含みます。',
      en: 'All the time the replay was played ÷ its viewers, with what they watched again.',
    },
    'sum of played stretches / viewers of the replay',
    'apps/api/src/insights/show/replay-watched.ts',
  ),
} as const;
